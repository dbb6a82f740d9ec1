import { describe, expect, test } from "bun:test";
import { DataError, DEFAULT_WORKSPACE_ID, PlinthError } from "@plinth/core";
import { rateLimiter } from "../src/index.ts";
import { APP_URL, openAuth } from "./fixture.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/;
const credentials = { email: "ada@example.com", password: "correct horse" };

async function refusal(answer: Promise<unknown>): Promise<PlinthError> {
  const error = await answer.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(PlinthError);
  return error as PlinthError;
}

describe("sign-up", () => {
  test("writes user, account and session with their workspace and UUIDv7 ids", async () => {
    const { signUp, rows } = await openAuth();
    await signUp("Ada@Example.com");
    expect(await rows("select email, name, workspace_id from plinth_users")).toEqual([
      { email: "ada@example.com", name: "Ada", workspace_id: DEFAULT_WORKSPACE_ID },
    ]);
    for (const table of ["users", "accounts", "sessions"]) {
      const [row] = await rows(`select id, workspace_id from plinth_${table}`);
      expect(row?.workspace_id).toBe(DEFAULT_WORKSPACE_ID);
      expect(row?.id).toMatch(UUID_V7);
    }
    expect(await rows("select ip_address from plinth_sessions")).toEqual([{ ip_address: "192.0.2.1" }]);
  });

  test("a taken email is refused by name, also when both come at once", async () => {
    const { signUp, rows } = await openAuth();
    const results = await Promise.allSettled([signUp(), signUp()]);
    const failed = results.filter((result) => result.status === "rejected");
    expect(failed.map((result) => (result.reason as PlinthError).code)).toEqual(["UNIQUE_VIOLATION"]);
    expect((await refusal(signUp())).details).toEqual({ field: "email" });
    for (const table of ["users", "accounts", "sessions"]) {
      expect(await rows(`select id from plinth_${table}`)).toHaveLength(1);
    }
  });

  test("statements that join the batch happen with the user or not at all", async () => {
    const broken = { sql: "insert into plinth_settings (key, value) values ('a', 'b'), ('a', 'b')", params: [] };
    const { signUp, rows } = await openAuth({ onUserCreated: () => [broken] });
    await expect(signUp()).rejects.toThrow();
    for (const table of ["users", "accounts", "sessions", "settings"]) {
      expect(await rows(`select * from plinth_${table}`)).toEqual([]);
    }
  });

  test("callers choose neither their workspace nor their id", async () => {
    const { post, rows } = await openAuth();
    const forged = { workspaceId: "other", id: "mine", email_verified: true };
    await post("/sign-up/email", { name: "Ada", ...credentials, ...forged }).catch(() => {});
    for (const row of await rows("select id, workspace_id, email_verified from plinth_users")) {
      expect(row).toEqual({
        id: expect.stringMatching(UUID_V7),
        workspace_id: DEFAULT_WORKSPACE_ID,
        email_verified: 0,
      });
    }
  });
});

describe("sessions", () => {
  test("the token of sign-in is the signed one, in body and header alike", async () => {
    const { auth, post, signUp } = await openAuth();
    await signUp();
    const response = await post("/sign-in/email", credentials);
    const { token } = (await response.json()) as { token: string };
    expect(response.headers.get("set-auth-token")).toBe(token);
    expect(response.headers.get("set-cookie")).toContain("HttpOnly");
    expect(await auth.session(token, { extend: true })).toMatchObject({ email: "ada@example.com", name: "Ada" });
  });

  test("what stands in the database opens nothing", async () => {
    const { auth, signUp, rows, post } = await openAuth();
    const token = await signUp();
    const [row] = await rows("select token from plinth_sessions");
    const bare = row?.token as string;
    expect(token.startsWith(`${bare}.`)).toBe(true);
    expect(await auth.session(bare, { extend: false })).toBeNull();
    expect(await auth.session(`${bare}.${"A".repeat(43)}=`, { extend: false })).toBeNull();
    const answer = await refusal(post("/revoke-sessions", {}, { authorization: `Bearer ${bare}` }));
    expect(answer.code).toBe("UNAUTHORIZED");
  });

  test("sign-out ends the session and says so", async () => {
    const ended: string[] = [];
    const { auth, signUp, post } = await openAuth({ onSessionEnded: (token) => ended.push(token) });
    const token = await signUp();
    await post("/sign-out", {}, { authorization: `Bearer ${token}` });
    expect(ended).toEqual([token.split(".")[0]!]);
    expect(await auth.session(token, { extend: true })).toBeNull();
  });

  test("a new password can end all other sessions", async () => {
    const { auth, signUp, post } = await openAuth();
    const first = await signUp();
    const second = ((await (await post("/sign-in/email", credentials)).json()) as { token: string }).token;
    await post(
      "/change-password",
      { current_password: credentials.password, new_password: "battery staple", revoke_other_sessions: true },
      { authorization: `Bearer ${second}` },
    );
    expect(await auth.session(first, { extend: false })).toBeNull();
    expect((await refusal(post("/sign-in/email", credentials))).code).toBe("INVALID_CREDENTIALS");
  });

  test("a new password and the end of the other sessions happen together or not at all", async () => {
    const { auth, driver, signUp, post } = await openAuth();
    const first = await signUp();
    const second = ((await (await post("/sign-in/email", credentials)).json()) as { token: string }).token;
    const { batch } = driver;
    driver.batch = () => Promise.reject(new DataError("busy"));
    const changed = post(
      "/change-password",
      { current_password: credentials.password, new_password: "battery staple", revoke_other_sessions: true },
      { authorization: `Bearer ${second}` },
    );
    expect(changed).rejects.toThrow();
    await changed.catch(() => {});
    driver.batch = batch;
    expect(await auth.session(first, { extend: false })).not.toBeNull();
    expect((await post("/sign-in/email", credentials)).status).toBe(200);
  });

  test("an expired session is none; one that has lasted a day is prolonged for bearers", async () => {
    const { auth, driver, signUp, rows } = await openAuth();
    const token = await signUp();
    const day = 86_400_000;
    const now = Date.now();
    const age = (expiresAt: number, updatedAt: number) =>
      driver.run({
        sql: "update plinth_sessions set expires_at = ?1, updated_at = ?2",
        params: [expiresAt, updatedAt],
      });
    const expiry = async () => (await rows("select expires_at from plinth_sessions"))[0]!.expires_at as number;

    await age(now + 5 * day, now - 2 * day);
    await auth.session(token, { extend: false });
    expect(await expiry()).toBe(now + 5 * day);
    await auth.session(token, { extend: true });
    expect(await expiry()).toBeGreaterThan(now + 6.9 * day);
    // Created for one day ("do not remember me"), and not extended.
    await age(now + day / 2, now - day / 2);
    await auth.session(token, { extend: true });
    expect(await expiry()).toBe(now + day / 2);
    await age(now - 1, now - 7 * day);
    expect(await auth.session(token, { extend: true })).toBeNull();
  });
});

describe("refusals", () => {
  test("use the catalogue's codes and name the field", async () => {
    const { post, signUp } = await openAuth();
    await signUp();
    const wrong = await refusal(post("/sign-in/email", { ...credentials, password: "wrong" }));
    const unknown = await refusal(post("/sign-in/email", { ...credentials, email: "nobody@example.com" }));
    expect([wrong.code, wrong.message]).toEqual([unknown.code, unknown.message]);
    expect(wrong.code).toBe("INVALID_CREDENTIALS");
    const short = await refusal(post("/sign-up/email", { name: "Bob", email: "bob@example.com", password: "short" }));
    expect([short.code, short.details?.field]).toEqual(["VALIDATION", "password"]);
    expect((await refusal(post("/nothing-here", {}))).code).toBe("NOT_FOUND");
  });

  test("a foreign origin is refused, and so is being sent there afterwards", async () => {
    const { post, signUp } = await openAuth();
    await signUp();
    const foreign = { origin: "https://elsewhere.example" };
    expect((await refusal(post("/sign-in/email", credentials, foreign))).code).toBe("ORIGIN_FORBIDDEN");
    const away = { ...credentials, callback_url: "https://elsewhere.example/" };
    expect((await refusal(post("/sign-in/email", away))).details?.field).toBe("callback_url");
    expect((await post("/sign-in/email", credentials, { origin: APP_URL })).status).toBe(200);
  });

  test("too many attempts of one address, whatever its headers claim", async () => {
    const limiter = rateLimiter({ clock: { now: Date.now }, max: 3, windowMs: 60_000 });
    const policy = { name: "address", max: 3, windowMs: 60_000 };
    const { post, signUp } = await openAuth({
      limit: (address) => {
        const wait = limiter.take(address ?? "");
        return { policy, allowed: wait === null, remaining: 0, seconds: wait ?? 60 };
      },
    });
    await signUp();
    const attempt = (n: number) =>
      refusal(post("/sign-in/email", { ...credentials, password: "wrong" }, { "x-forwarded-for": `10.0.0.${n}` }));
    expect((await attempt(1)).code).toBe("INVALID_CREDENTIALS");
    expect((await attempt(2)).code).toBe("INVALID_CREDENTIALS");
    const limited = await attempt(3);
    expect([limited.code, limited.status]).toEqual(["RATE_LIMITED", 429]);
    expect(limited.details?.retry_after).toBeGreaterThan(0);
  });

  test("nothing secret is logged", async () => {
    const { post, signUp, driver, written } = await openAuth();
    const token = await signUp();
    await signUp().catch(() => {});
    await post("/sign-in/email", { ...credentials, password: "a wrong one" }).catch(() => {});
    await driver.run({ sql: "drop table plinth_sessions", params: [] });
    await post("/sign-in/email", credentials).catch(() => {});
    for (const secret of [credentials.password, "a wrong one", token, credentials.email]) {
      expect(written()).not.toContain(secret);
    }
  });
});

test("a database that does not answer is no missing session", async () => {
  const { auth, driver, signUp } = await openAuth();
  const token = await signUp();
  await driver.run({ sql: "drop table plinth_sessions", params: [] });
  expect(auth.session(token, { extend: true })).rejects.toBeInstanceOf(DataError);
});

test("a host's own password hashing is used", async () => {
  const passwords = {
    hash: async (password: string) => `plain:${password}`,
    verify: async ({ hash, password }: { hash: string; password: string }) => hash === `plain:${password}`,
    isWeaker: () => false,
  };
  const { post, signUp, rows } = await openAuth({ passwords });
  await signUp();
  expect(await rows("select password from plinth_accounts")).toEqual([{ password: "plain:correct horse" }]);
  expect((await post("/sign-in/email", credentials)).status).toBe(200);
});
