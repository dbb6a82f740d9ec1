/** What is left of a session that has ended. */
import { expect, test } from "bun:test";
import { DEFAULT_WORKSPACE_ID } from "@plinth/core";
import { bearer, type TestApp, testApp } from "../../testing/app.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

test("a session that was ended is refused at once, however its signature is spelt", async () => {
  const { send, call, signUp } = testApp();
  await signUp("operator@example.com");
  const token = await signUp("ada@example.com");
  // The last character before the padding has two bits that stand for nothing.
  const last = BASE64.indexOf(token.at(-2)!);
  const respelt = `${token.slice(0, -2)}${BASE64[(last & 0b111100) | ((last + 1) & 0b11)]}=`;
  const statusOf = async (one: string) => (await call("/api/me", { headers: bearer(one) })).status;
  expect(await statusOf(token)).toBe(200);
  await statusOf(respelt);
  await send("/api/auth/sign-out", {}, bearer(token));
  expect([await statusOf(token), await statusOf(respelt)]).toEqual([401, 401]);
});

test("sessions and invitations that ended some time ago are deleted, and no others", async () => {
  const { send, call, signUp, driver } = testApp();
  const operator = await signUp("operator@example.com");
  const names = ["long-ago", "just-now", "anonymous", "living"];
  for (const name of names) {
    const token = await signUp(`${name}@example.com`);
    expect((await send("/api/auth/token", {}, bearer(token))).status).toBe(201);
    const invited = await send("/api/invitations", { email: `guest-${name}@example.com` }, bearer(operator));
    expect(invited.status).toBe(201);
  }
  const set = (sql: string, ...params: (string | number)[]) => driver.run({ sql, params });
  const expire = "set expires_at = ?1 where";
  const sessionOf = "user_id = (select id from plinth_users where email = ?2)";
  for (const name of ["long-ago", "anonymous"]) {
    await set(`update plinth_sessions ${expire} ${sessionOf}`, Date.now() - 2 * DAY_MS, `${name}@example.com`);
  }
  await set(`update plinth_sessions ${expire} ${sessionOf}`, Date.now() - HOUR_MS, "just-now@example.com");
  await set("update plinth_users set is_anonymous = 1 where email = ?1", "anonymous@example.com");
  await set(`update plinth_invitations ${expire} email = ?2`, Date.now() - 31 * DAY_MS, "guest-long-ago@example.com");
  await set(`update plinth_invitations ${expire} email = ?2`, Date.now() - 29 * DAY_MS, "guest-just-now@example.com");
  expect((await call("/api/tick", { method: "POST", headers: bearer(operator) })).status).toBe(200);
  const emails = async (sql: string) => (await driver.all({ sql, params: [] })).map(({ email }) => email);
  const left = names.slice(1).map((name) => `${name}@example.com`);
  const withOwner = (table: string) =>
    `select email from plinth_${table} t join plinth_users u on u.id = t.user_id where email not like 'operator%'`;
  expect(await emails(`${withOwner("sessions")} order by u.id`)).toEqual(left);
  expect(await emails(`${withOwner("refresh_tokens")} order by u.id`)).toEqual(left);
  expect(await emails("select email from plinth_invitations order by id")).toEqual(left.map((one) => `guest-${one}`));
});

test("a session has 50 chains of refresh tokens: a further one takes the place of the one used longest ago", async () => {
  const { send, signUp } = testApp({ authRateLimit: 0 });
  await signUp("operator@example.com");
  const token = await signUp("ada@example.com");
  const chain = async () => {
    const answer = await send("/api/auth/token", {}, bearer(token));
    return ((await answer.json()) as { data: { refresh_token: string } }).data.refresh_token;
  };
  const refresh = async (refresh_token: string) => (await send("/api/auth/token/refresh", { refresh_token })).status;
  const [first, second] = [await chain(), await chain()];
  for (let i = 0; i < 48; i++) await chain();
  expect(await refresh(first)).toBe(200);
  const last = await chain();
  expect([await refresh(second), await refresh(last)]).toEqual([401, 200]);
});

test("an operator who acts as a user leaves no address with the user", async () => {
  const { send, call, signUp } = testApp();
  const operator = await signUp("operator@example.com");
  const token = await signUp("ada@example.com");
  const id = ((await (await call("/api/me", { headers: bearer(token) })).json()) as { data: { id: string } }).data.id;
  expect((await send(`/api/users/${id}/impersonate`, { reason: "ticket 1" }, bearer(operator))).status).toBe(201);
  const answer = await call("/api/sessions", { headers: bearer(token) });
  const { data } = (await answer.json()) as { data: { address: string | null; impersonation: object | null }[] };
  expect(data.map(({ address, impersonation }) => [address !== null, impersonation !== null])).toEqual([
    [false, true],
    [true, false],
  ]);
});

/** After which no browser signs in without a code. */
const SIGN_OUTS: Record<string, (app: TestApp, token: string, operator: string, id: string) => Promise<Response>> = {
  "DELETE /api/sessions": ({ send }, token) => send("/api/sessions", undefined, bearer(token), "DELETE"),
  "revoke-sessions": ({ send }, token) => send("/api/auth/revoke-sessions", {}, bearer(token)),
  "revoke-other-sessions": ({ send }, token) => send("/api/auth/revoke-other-sessions", {}, bearer(token)),
  "a new password": ({ send }, token) =>
    send(
      "/api/auth/change-password",
      { current_password: "correct horse", new_password: "another password 2" },
      bearer(token),
    ),
  "an administrator who signs the user out": ({ send }, _, operator, id) =>
    send(`/api/users/${id}/sign-out`, {}, bearer(operator)),
  "an administrator who blocks the user": ({ send }, _, operator, id) =>
    send(`/api/users/${id}/block`, {}, bearer(operator)),
};

for (const [what, signOut] of Object.entries(SIGN_OUTS)) {
  test(`trusted browsers and sign-ins under way end with ${what}, and nobody else's`, async () => {
    const app = testApp();
    const operator = await app.signUp("operator@example.com");
    const token = await app.signUp("ada@example.com");
    const me = await app.call("/api/me", { headers: bearer(token) });
    const { id } = ((await me.json()) as { data: { id: string } }).data;
    const now = Date.now();
    for (const [identifier, value] of [
      ["trust-device-1", id],
      ["2fa-1", id],
      ["trust-device-2", "another"],
    ] as const) {
      await app.driver.run({
        sql: `insert into plinth_verifications (id, workspace_id, identifier, value, expires_at, created_at, updated_at)
          values (?1, ?2, ?1, ?3, ?4, ?5, ?5)`,
        params: [identifier, DEFAULT_WORKSPACE_ID, value, now + HOUR_MS, now],
      });
    }
    expect((await signOut(app, token, operator, id)).status).toBe(200);
    const left = await app.driver.all({ sql: "select identifier from plinth_verifications", params: [] });
    expect(left).toEqual([{ identifier: "trust-device-2" }]);
  });
}

test("an account has a bounded number of sessions: one that is used ends the one that was not used for longest", async () => {
  const { send, call, signUp, driver } = testApp({ authRateLimit: 0 });
  await signUp("operator@example.com");
  const token = await signUp("ada@example.com");
  const { user_id } = (
    await driver.all({ sql: "select user_id from plinth_sessions order by id desc", params: [] })
  )[0]!;
  const columns = "user_id, workspace_id, expires_at, created_at";
  const many = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
    insert into plinth_sessions (id, token, updated_at, ${columns})
    select 'old-' || i, 'token-' || i, updated_at - i, ${columns} from n, plinth_sessions where user_id = ?1`;
  await driver.run({ sql: many, params: [user_id!] });
  const held = async () => {
    const sql =
      "select count(*) as n, sum(id = 'old-999') as b, sum(id = 'old-1000') as a from plinth_sessions where user_id = ?1";
    return (await driver.all({ sql, params: [user_id!] }))[0];
  };
  expect(await held()).toEqual({ n: 1001, a: 1, b: 1 });
  expect((await send("/api/auth/sign-in/email", { email: "ada@example.com", password: "correct horse" })).status).toBe(
    200,
  );
  expect(await held()).toEqual({ n: 1000, a: 0, b: 0 });
  const listed = async (path: string) => (await call(path, { headers: bearer(token) })).json();
  expect(((await listed("/api/sessions")) as { data: object[] }).data).toHaveLength(1000);
  expect(await listed("/api/auth/list-sessions")).toHaveLength(1000);
  expect((await send("/api/auth/revoke-other-sessions", {}, bearer(token))).status).toBe(200);
  expect(await held()).toMatchObject({ n: 1 });
});
