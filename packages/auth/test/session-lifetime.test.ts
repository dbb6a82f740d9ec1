import { describe, expect, test } from "bun:test";
import { lifetimeOf } from "../src/session-lifetime.ts";
import { openAuth, SETTINGS } from "./fixture.ts";

const HOUR = 3_600_000;
const CONFIG = {
  secret: "a secret of more than thirty-two characters",
  appUrl: "http://localhost:8787",
  corsOrigins: [],
  allowedHosts: [],
};

/** The session's times, moved into the past as if it had been used like that. */
async function openAged(times: { createdAgo: number; usedAgo: number; idle: number; max: number }) {
  const { createdAgo, usedAgo, idle, max } = times;
  const fixture = await openAuth({
    config: CONFIG,
    settings: async () => ({ ...SETTINGS, sessionIdleHours: idle, sessionMaxHours: max }),
  });
  const token = await fixture.signUp();
  const now = Date.now();
  const created = now - createdAgo * HOUR;
  const used = now - usedAgo * HOUR;
  const expires = Math.min(used + idle * HOUR, created + max * HOUR);
  await fixture.driver.run({
    sql: "update plinth_sessions set created_at = ?1, updated_at = ?2, expires_at = ?3",
    params: [created, used, expires],
  });
  const row = async () => (await fixture.rows("select updated_at, expires_at from plinth_sessions"))[0];
  return { ...fixture, token, now, created, row };
}

describe("a session", () => {
  test("ends some time after its last use, which use prolongs", async () => {
    const { auth, token, row, now } = await openAged({ createdAgo: 30, usedAgo: 10, idle: 24, max: 100 });
    expect(await auth.session(token, { extend: true })).not.toBeNull();
    const { updated_at, expires_at } = (await row())!;
    expect(Number(updated_at)).toBeGreaterThanOrEqual(now);
    expect(Number(expires_at) - Number(updated_at)).toBeGreaterThan(23 * HOUR);
  });

  test("ends at its longest time, however much it is used", async () => {
    const { auth, token, row, created } = await openAged({ createdAgo: 95, usedAgo: 2, idle: 24, max: 100 });
    expect(await auth.session(token, { extend: true })).not.toBeNull();
    expect((await row())!.expires_at).toBe(created + 100 * HOUR);
    const over = await openAged({ createdAgo: 101, usedAgo: 2, idle: 24, max: 100 });
    expect(await over.auth.session(over.token, { extend: true })).toBeNull();
  });

  test("ends where the setting has become shorter than the session is old", async () => {
    const { driver, auth, token } = await openAged({ createdAgo: 50, usedAgo: 1, idle: 24, max: 40 });
    await driver.run({ sql: "update plinth_sessions set expires_at = ?1", params: [Date.now() + HOUR] });
    expect(await auth.session(token, { extend: true })).toBeNull();
  });

  test("is written at most once an hour by its use", async () => {
    const { auth, token, row } = await openAged({ createdAgo: 30, usedAgo: 0.5, idle: 24, max: 100 });
    const before = await row();
    expect(await auth.session(token, { extend: true })).not.toBeNull();
    expect(await row()).toEqual(before!);
  });

  test("that is not to be remembered is never prolonged", () => {
    const { isDue } = lifetimeOf({ sessionIdleHours: 168, sessionMaxHours: 2160 });
    const at = (hours: number) => new Date(hours * HOUR);
    expect(isDue({ createdAt: at(0), updatedAt: at(0), expiresAt: at(24) }, 20 * HOUR)).toBe(false);
    expect(isDue({ createdAt: at(0), updatedAt: at(0), expiresAt: at(168) }, 20 * HOUR)).toBe(true);
  });
});

describe("statements that join what better-auth writes", () => {
  const broken = { sql: "insert into plinth_settings (key, value) values ('a', 'b'), ('a', 'b')", params: [] };
  const credentials = { email: "ada@example.com", password: "correct horse" };

  test("fail with the sign-in, the sign-out and the new password that they belong to", async () => {
    let failing = false;
    const { post, signUp, rows } = await openAuth({ onEvent: () => (failing ? [broken] : []) });
    const headers = { authorization: `Bearer ${await signUp()}` };
    const state = () => rows("select token, password from plinth_sessions, plinth_accounts");
    const before = await state();
    failing = true;
    await expect(post("/sign-in/email", credentials)).rejects.toThrow();
    // better-auth reports success, and leaves the session as it is.
    await post("/sign-out", {}, headers);
    const change = {
      current_password: credentials.password,
      new_password: "another horse",
      revoke_other_sessions: true,
    };
    await expect(post("/change-password", change, headers)).rejects.toThrow();
    expect(await state()).toEqual(before);
  });

  test("get what happened, to whom and from where", async () => {
    const events: unknown[] = [];
    const { post, signUp } = await openAuth({
      onEvent: (event) => {
        events.push(event);
        return [];
      },
    });
    await signUp();
    const response = await post("/sign-in/email", credentials);
    const { token } = (await response.json()) as { token: string };
    await post("/sign-out", {}, { authorization: `Bearer ${token}` });
    const [userId, sessionId] = [expect.any(String), expect.any(String)];
    const address = "192.0.2.1";
    expect(events).toEqual([
      { type: "sign_up", userId, address },
      { type: "sign_in", userId, address, sessionId },
      { type: "sign_out", userId, address, sessionId },
    ]);
  });
});
