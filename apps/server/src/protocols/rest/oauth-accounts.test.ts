/** Whose account a sign-in by a provider opens, makes, links and unlinks. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Config } from "@plinth/core";
import { APP_URL, bearer, refusalIn, testApp } from "../../testing/app.ts";
import { type OidcServer, oidcServer } from "../../testing/oidc.ts";
import { type Browser, browser, CALLBACK, openWithPeople, PEOPLE } from "../../testing/oidc-world.ts";

let oidc: OidcServer;

beforeAll(async () => {
  oidc = await oidcServer(PEOPLE, [CALLBACK]);
});
afterAll(() => oidc.close());

const open = (settings: Partial<Config> = {}, provider: object = {}) => openWithPeople(oidc, settings, provider);

test("an address that the provider has verified finds a verified account, and another one does not", async () => {
  const { by, me, joins, events, all } = await open();
  const owner = await joins("ada@example.com", { verified: true });
  const stranger = browser();
  expect(await by("unsure", stranger)).toBe("/welcome?error=email_not_verified");
  expect(await me(stranger)).toBeNull();
  expect(await events("sign_in")).toMatchObject([
    { outcome: "failed", detail: '{"provider":"sso","code":"EMAIL_NOT_VERIFIED"}' },
  ]);
  const guest = browser();
  expect(await by("ada", guest)).toBe("/welcome");
  expect((await me(guest))!.id).toBe((await me(owner))!.id);
  // What opened the account before still does.
  expect(await all("select count(*) as n from plinth_accounts where account_id = user_id")).toEqual([{ n: 2 }]);
  expect((await events("account_link"))[0]).toMatchObject({ outcome: "ok", detail: '{"provider":"sso"}' });
});

test("where a provider's word about addresses is not trusted, it finds no account by them", async () => {
  const { by, joins, me } = await open({}, { trust_email: false });
  await joins("ada@example.com", { verified: true });
  expect(await by("ada", browser())).toBe("/welcome?error=email_not_verified");
  const bob = browser();
  expect(await by("bob", bob)).toBe("/welcome");
  expect(await me(bob)).toMatchObject({ email_verified: false });
});

test("who signed up first with somebody's address loses all once its owner comes", async () => {
  const { by, link, me, joins, send, all, call } = await open();
  const attacker = await joins("ada@example.com");
  const id = (await me(attacker))!.id;
  // A second account of the attacker would open the user as well.
  await all(`insert into plinth_accounts (id, workspace_id, user_id, account_id, provider_id, created_at, updated_at)
    select 'planted', workspace_id, id, 'evil', '${encodeURIComponent(oidc.issuer)}', 0, 0 from plinth_users
    where id = '${id}'`);
  await all(`insert into plinth_second_factors (id, workspace_id, user_id, secret, backup_codes)
    select 'planted', workspace_id, id, 'secret', 'codes' from plinth_users where id = '${id}'`);
  await all(`insert into plinth_agreements (user_id, version, url, agreed_at) values ('${id}', '1', '/terms', 0)`);
  await all(`update plinth_users set two_factor_enabled = 1 where id = '${id}'`);
  const owner = browser();
  expect(await by("ada", owner)).toBe("/welcome");
  for (const table of ["plinth_second_factors", "plinth_agreements"])
    expect([table, ...(await all(`select count(*) as n from ${table}`))]).toEqual([table, { n: 0 }]);
  expect(await me(owner)).toMatchObject({ id, name: "Ada Lovelace", email_verified: true });
  expect(await me(attacker)).toBeNull();
  const anonymous = await call("/api/me", { headers: { cookie: attacker.cookie } });
  expect(await anonymous.json()).toMatchObject({ data: { kind: "anonymous" } });
  const password = { email: "ada@example.com", password: "correct horse" };
  expect(await refusalIn(await send("/api/auth/sign-in/email", password))).toEqual([401, "INVALID_CREDENTIALS"]);
  expect(await all(`select account_id from plinth_accounts where user_id = '${id}'`)).toEqual([{ account_id: "ada" }]);
  // The account is hers now: a second sign-in changes nothing, and linking works.
  const again = browser();
  expect(await by("ada", again)).toBe("/welcome");
  expect(await me(owner)).not.toBeNull();
  expect(await link("bob", again)).toBe("/welcome");
});

test("an account is linked by a user who is signed in and verified, whatever its address; to one user only", async () => {
  const { link, by, me, joins, start, finish, send, call, all } = await open();
  const unverified = await joins("carl@example.com");
  const refused = await send(
    "/api/auth/link-social",
    { provider: "sso" },
    { cookie: unverified.cookie, origin: APP_URL },
  );
  expect(await refusalIn(refused)).toEqual([403, "EMAIL_NOT_VERIFIED"]);
  expect((await send("/api/auth/link-social", { provider: "sso" })).status).toBe(401);

  const carl = await joins("carl2@example.com", { verified: true });
  expect(await link("bob", carl)).toBe("/welcome");
  const bob = browser();
  expect(await by("bob", bob)).toBe("/welcome");
  expect((await me(bob))!.email).toBe("carl2@example.com");

  const dora = await joins("dora@example.com", { verified: true });
  expect(await link("bob", dora)).toBe("/welcome?error=account_linked_elsewhere");
  expect(await link("mailless", dora)).toBe("/welcome");
  const listed = await call("/api/linked-accounts", { headers: { cookie: dora.cookie } });
  expect(await listed.json()).toMatchObject({ data: [{ provider: "sso", label: "SSO", enabled: true }] });

  // A link that was begun in a session which has ended links nothing.
  const url = await start(dora, {}, "/api/auth/link-social");
  await send("/api/auth/sign-out", {}, { cookie: dora.cookie, origin: APP_URL });
  expect(await finish(dora, await oidc.signIn(url, "nameless"))).toBe("/welcome?error=session_ended");
  expect(await all("select count(*) as n from plinth_accounts where account_id = 'nameless'")).toEqual([{ n: 0 }]);
});

test("an account is unlinked unless it is the last sign-in method", async () => {
  const { link, by, joins, call, all } = await open();
  const remove = async (from: Browser) => {
    const headers = { cookie: from.cookie, origin: APP_URL };
    const { data } = (await (await call("/api/linked-accounts", { headers })).json()) as { data: { id: string }[] };
    return Promise.all(data.map(({ id }) => call(`/api/linked-accounts/${id}`, { method: "DELETE", headers })));
  };
  const ada = browser();
  await by("ada", ada);
  expect(await refusalIn((await remove(ada))[0]!)).toEqual([409, "CONFLICT", "id"]);
  // Two at once: one is left.
  await link("mailless", ada);
  expect((await remove(ada)).map(({ status }) => status).sort()).toEqual([200, 409]);
  const carl = await joins("carl@example.com", { verified: true });
  await link("bob", carl);
  expect((await remove(carl)).map(({ status }) => status)).toEqual([200]);
  await all("update plinth_sessions set authenticated_at = 0");
  expect(await refusalIn((await remove(ada))[0]!)).toEqual([403, "STEP_UP_REQUIRED"]);
  const late = await call("/api/auth/link-social", {
    method: "POST",
    headers: { cookie: carl.cookie, origin: APP_URL, "content-type": "application/json" },
    body: JSON.stringify({ provider: "sso" }),
  });
  expect(await refusalIn(late)).toEqual([403, "STEP_UP_REQUIRED"]);
  await all(`update plinth_sessions set authenticated_at = ${Date.now()}`);
  const foreign = await call("/api/linked-accounts", { headers: { cookie: ada.cookie } });
  const [{ id }] = ((await foreign.json()) as { data: [{ id: string }] }).data;
  const headers = { cookie: carl.cookie, origin: APP_URL };
  const taken = await call(`/api/linked-accounts/${id}`, { method: "DELETE", headers });
  expect(await refusalIn(taken)).toEqual([404, "NOT_FOUND"]);
  expect(await all("select count(*) as n from plinth_security_log where type = 'account_unlink'")).toEqual([{ n: 2 }]);
});

test("a new account obeys who may sign up, and who has one comes in", async () => {
  for (const [settings, error] of [
    [{ signUp: "closed" }, "sign_up_closed"],
    [{ signUp: "invite" }, "invitation_required"],
    [{ signUpDomains: ["example.com"] }, "email_not_allowed"],
    [{ emailVerification: "required" }, undefined],
  ] as const) {
    const { by, all, me } = await open(settings);
    const bob = browser();
    expect([error, await by("bob", bob)]).toEqual([error, error ? `/welcome?error=${error}` : "/welcome"]);
    expect((await me(bob)) === null).toBe(error !== undefined);
    expect(await all("select count(*) as n from plinth_users")).toEqual([{ n: error ? 1 : 2 }]);
  }
});

test("where addresses must be verified, one that the provider has not verified gets no session", async () => {
  for (const settings of [{ emailVerification: "required" }, { signUpDomains: ["example.com"] }] as const) {
    const { by, me, all } = await open(settings);
    const guest = browser();
    expect(await by("unsure", guest)).toBe("/welcome?error=email_not_verified");
    expect(await me(guest)).toBeNull();
    expect(await all("select count(*) as n from plinth_sessions")).toEqual([{ n: 1 }]);
  }
});

test("an invitation lets its address in, once", async () => {
  const { by, me, send, operator, all } = await open({ signUp: "invite" });
  const made = await send("/api/invitations", { email: "bob@elsewhere.example" }, bearer(operator));
  const { token: invitation } = ((await made.json()) as { data: { token: string } }).data;
  expect(await by("ada", browser(), { invitation })).toBe("/welcome?error=invalid_invitation");
  const bob = browser();
  expect(await by("bob", bob, { invitation })).toBe("/welcome");
  expect(await me(bob)).toMatchObject({ email: "bob@elsewhere.example" });
  expect(await all("select count(*) as n from plinth_invitations where accepted_by is not null")).toEqual([{ n: 1 }]);
});

test("nobody becomes the first operator by a provider", async () => {
  const { driver, all } = await open();
  for (const table of ["plinth_operators", "plinth_sessions", "plinth_accounts", "plinth_user_roles"]) {
    await all(`delete from ${table}`);
  }
  await all("delete from plinth_users");
  await all("delete from plinth_settings where key = 'operator'");
  const { send, call } = testApp({ privateAddresses: true }, { driver });
  const started = await send("/api/auth/sign-in/social", { provider: "sso" });
  const cookie = started.headers.getSetCookie()[0]!.split(";")[0]!;
  const { pathname, search } = new URL(await oidc.signIn(((await started.json()) as { url: string }).url, "ada"));
  const led = await call(pathname + search, { headers: { cookie } });
  expect(led.headers.get("location")).toBe(`${APP_URL}/?error=setup_required`);
  expect(await all("select count(*) as n from plinth_users")).toEqual([{ n: 0 }]);
});

test("a blocked user is refused, and the log says so", async () => {
  const { by, me, call, operator, events } = await open();
  const ada = browser();
  await by("ada", ada);
  const { id } = (await me(ada))!;
  await call(`/api/users/${id}/block`, { method: "POST", headers: bearer(operator) });
  const again = browser();
  expect(await by("ada", again)).toBe("/welcome?error=user_blocked");
  expect(await me(again)).toBeNull();
  expect((await events("sign_in"))[0]).toMatchObject({
    outcome: "failed",
    detail: '{"provider":"sso","code":"USER_BLOCKED"}',
  });
});

test("a user with a second factor is asked for it", async () => {
  const page = "https://app.example.com/in";
  const { by, me, all } = await open({ redirectUrls: [page] });
  expect(await by("ada", browser())).toBe("/welcome");
  await all("update plinth_users set two_factor_enabled = 1 where email = 'ada@example.com'");
  const [before] = await all("select count(*) as n from plinth_sessions");
  const guest = browser();
  expect(await by("ada", guest)).toBe("/second-factor?next=%2Fwelcome");
  expect(guest.cookie).toContain("plinth.two_factor=");
  expect(await me(guest)).toBeNull();
  expect(await by("ada", browser(), { callback_url: page })).toBe(`${page}?error=second_factor_required`);
  expect(await all("select count(*) as n from plinth_sessions")).toEqual([before!]);
});

test("a workspace's program that refuses a newcomer is obeyed", async () => {
  const { by, me, send, operator } = await open();
  const program = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({ decision: "deny" }) });
  try {
    await send("/api/auth-settings/hook-secret", undefined, bearer(operator));
    const hooks = { before_sign_up: `http://127.0.0.1:${program.port}` };
    expect((await send("/api/auth-settings", { hooks }, bearer(operator), "PATCH")).status).toBe(200);
    const ada = browser();
    expect(await by("ada", ada)).toBe("/welcome?error=sign_up_refused");
    expect(await me(ada)).toBeNull();
  } finally {
    program.stop(true);
  }
});
