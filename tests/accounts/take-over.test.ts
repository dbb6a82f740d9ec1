/**
 * Somebody signs up with an address that is not theirs, and adds all that opens an account. Its owner then comes by a way that
 * proves the address: nothing that the other one holds opens the account any more, by any route.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { bearer } from "../../apps/server/src/testing/app.ts";
import { cookiesOf } from "../../packages/auth/test/sign-in-methods-table.ts";
import { type Person, person, type Secrets, stranger } from "./person.ts";
import { openWorld, type Pool, type World } from "./pool.ts";
import { PROBES } from "./probes.ts";
import { plain, type Seen, tryAll } from "./tries.ts";

let world: World;
let pool: Pool;
beforeAll(async () => {
  world = await openWorld(["a"]);
  [pool] = world.pools as [Pool];
});
afterAll(() => world.oidc.close());

const NEW_PASSWORD = "a password of the owner";
const enter = async (path: string, body: object): Promise<string> =>
  String((await pool.ask("post", { path, body })).token);

/** By name, how the owner comes, who reads the mails to the address: the token of the session that is answered. */
const WAYS: Readonly<Record<string, (mails: Person) => Promise<string>>> = {
  "a magic link": async (mails) => enter("/api/auth/magic-link/verify", { token: await mails.magicLink() }),
  "a code by mail": async (mails) =>
    enter("/api/auth/sign-in/email-otp", { email: mails.email, otp: await mails.emailCode() }),
  "a new password": async (mails) => {
    const body = { token: await mails.resetToken(), new_password: NEW_PASSWORD };
    await pool.ask("post", { path: "/api/auth/reset-password", body });
    return enter("/api/auth/sign-in/email", { email: mails.email, password: NEW_PASSWORD });
  },
  "a provider": async ({ email }) => {
    world.subjects[`owner of ${email}`] = { email, email_verified: true };
    const body = { provider: "sso", callback_url: "/welcome" };
    const started = await pool.send("post", { path: "/api/auth/sign-in/social", body });
    const { url } = (await started.json()) as { url: string };
    const { search } = new URL(await world.oidc.signIn(url, `owner of ${email}`));
    const path = `/api/auth/callback/sso${search}`;
    const led = await pool.send("get", { path, headers: { cookie: cookiesOf(started) } });
    const cookie = led.headers.getSetCookie().find((one) => one.includes("session_token="))!;
    return decodeURIComponent(cookie.split(";")[0]!.split("=")[1]!);
  },
};

/** What the other one has, without the mails to the address. */
async function heldBy(attacker: Person): Promise<Secrets> {
  const [access, refresh, challenge, registration, phone] = [
    await attacker.accessToken(),
    await attacker.refreshToken(),
    await attacker.challenge(),
    await attacker.registration(),
    await attacker.phoneCode(),
  ];
  const { email, password, session, sessionId, passkeyId, linkId, recoveryCode, code, assertion } = attacker;
  return {
    ...stranger(email),
    ...{ password, session, sessionId, passkeyId, linkId, recoveryCode, code, assertion, phone: attacker.phone },
    accessToken: async () => access,
    refreshToken: async () => refresh,
    challenge: async () => challenge,
    registration: async () => registration,
    phoneCode: async () => phone,
  };
}

/** Without the cookies that the answer clears because their session has ended. No row is made for a new session. */
const answer = (seen: Seen): string => plain(seen).replaceAll(/plinth-[\w.,-]+/g, "");

let n = 0;
describe.each(Object.keys(WAYS))("the owner comes by %s", (way) => {
  test("and whoever signed up with the address before has lost all", async () => {
    const attacker = await person(world, pool, `victim-${++n}@example.com`, ["verified address"]);
    const held = await heldBy(attacker);
    const me = { path: "/api/me", headers: bearer(held.session) };
    expect(await pool.ask("get", me)).toMatchObject({ data: { email: attacker.email } });
    const passkeys = { path: "/api/passkeys", headers: bearer(held.session) };
    expect((await pool.ask("get", passkeys)).data).toHaveLength(1);

    const session = await WAYS[way]!(attacker);
    const before = await pool.rows();
    for (const [name, { isOpen }] of Object.entries(PROBES)) {
      if (isOpen) continue;
      const seen = await tryAll(name, { secrets: held, pool });
      const strangers = await tryAll(name, { secrets: stranger(attacker.email), pool });
      expect([name, ...seen.map(answer)]).toEqual([name, ...strangers.map(answer)]);
      expect([name, await pool.rows()]).toEqual([name, before]);
    }
    const own = await pool.ask("get", { path: "/api/auth/get-session", headers: bearer(session) });
    expect(own).toMatchObject({ user: { email: attacker.email, email_verified: true, two_factor_enabled: false } });
    expect((await pool.ask("get", { path: "/api/passkeys", headers: bearer(session) })).data).toEqual([]);
  });
});
