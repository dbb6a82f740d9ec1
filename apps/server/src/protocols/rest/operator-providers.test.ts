/** Operators who sign in by a provider that the server's settings name. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Config, OPERATORS_POOL_ID } from "@plinth/core";
import { APP_URL, bearer, refusalIn, testApp } from "../../testing/app.ts";
import { type OidcServer, oidcServer, type Users } from "../../testing/oidc.ts";
import { type Browser, browser, take } from "../../testing/oidc-world.ts";

/** A provider, its pages and the server share a process, which may share its cores with others. */

const USERS: Users = {
  ada: { email: "ada@example.com", email_verified: true, name: "Ada Lovelace" },
  unsure: { email: "ada@example.com", email_verified: false, name: "Somebody" },
  bob: { email: "bob@example.com", email_verified: true, name: "Bob" },
};
const CALLBACK = `${APP_URL}/api/operator/auth/callback/sso`;
const AUTH = "/api/operator/auth";
let oidc: OidcServer;

beforeAll(async () => {
  oidc = await oidcServer(USERS, [CALLBACK]);
});
afterAll(() => oidc.close());

/** Ada owns the server. */
async function open({ confirmed = true, ...settings }: Partial<Config> & { confirmed?: boolean } = {}) {
  const { client_id: clientId, client_secret: secret } = oidc.client;
  const scopes = ["email", "profile"];
  const sso = {
    name: "sso",
    kind: "oidc",
    label: "Single <b> sign-on",
    issuer: oidc.issuer,
    clientId,
    secret,
    scopes,
  } as const;
  const world = testApp({ operatorProviders: [sso], ...settings });
  const { call, send, driver } = world;
  const operator = await world.signUp("ada@example.com");
  const all = (sql: string) => driver.all({ sql, params: [] });
  if (confirmed) await all("update plinth_users set email_verified = 1");
  const start = async (from: Browser, path = "/sign-in/social", body: object = {}) => {
    const headers: Record<string, string> = from.cookie ? { cookie: from.cookie, origin: APP_URL } : {};
    const answer = await send(AUTH + path, { provider: "sso", callback_url: "/welcome", ...body }, headers);
    expect([answer.status, answer.status === 200 ? "" : await answer.clone().text()]).toEqual([200, ""]);
    take(from, answer);
    return ((await answer.json()) as { url: string }).url;
  };
  const finish = async (from: Browser, back: string) => {
    const { pathname, search } = new URL(back);
    const answer = await call(pathname + search, { headers: { cookie: from.cookie } });
    take(from, answer);
    return answer.headers.get("location")!.replace(APP_URL, "");
  };
  const by = async (subject: string, from: Browser = browser(), path?: string, body?: object) =>
    finish(from, await oidc.signIn(await start(from, path, body), subject));
  const me = async ({ cookie }: Browser) => {
    const answer = await call("/api/operator/me", { headers: { cookie } });
    return ((await answer.json()) as { data?: { email: string; operator: boolean } }).data;
  };
  const count = async (table: string) => Number((await all(`select count(*) as n from ${table}`))[0]!.n);
  return { ...world, operator, all, by, me, count, start };
}

test("a provider opens the account of the operator whose address it confirms, and keeps its password", async () => {
  const { by, me, send, all, call } = await open();
  const ada = browser();
  expect(await by("ada", ada)).toBe("/welcome");
  expect(await me(ada)).toMatchObject({ email: "ada@example.com", operator: true });
  expect(await by("ada")).toBe("/welcome");
  const password = { email: "ada@example.com", password: "correct horse" };
  expect((await send(`${AUTH}/sign-in/email`, password)).status).toBe(200);
  const sign = { sql: "", params: [] };
  sign.sql = `select outcome, detail from plinth_security_log where workspace_id = '${OPERATORS_POOL_ID}' and type = 'account_link'`;
  expect(await all(sign.sql)).toEqual([{ outcome: "ok", detail: '{"provider":"sso"}' }]);
  const offered = [{ name: "sso", label: "Single <b> sign-on", kind: "oidc" }];
  expect(await (await call(`${AUTH}/providers`)).json()).toEqual({ data: offered });
  // No workspace has it.
  expect(await (await call("/api/auth/providers")).json()).toEqual({ data: [] });
  expect(await refusalIn(await send("/api/auth/sign-in/social", { provider: "sso" }))).toEqual([
    404,
    "NOT_FOUND",
    "provider",
  ]);
});

test("it makes no account, not even with an invitation, and finds none by an address that it has not confirmed", async () => {
  const { by, count, send, operator } = await open();
  const made = await send("/api/member-invitations", { email: "bob@example.com", role: "developer" }, bearer(operator));
  const { link } = ((await made.json()) as { data: { link: string } }).data;
  const invitation = new URL(link).searchParams.get("token")!;
  expect(await by("bob")).toBe("/welcome?error=sign_up_closed");
  expect(await by("bob", browser(), "/sign-in/social", { invitation })).toBe("/welcome?error=sign_up_closed");
  expect(await by("unsure")).toBe("/welcome?error=email_not_verified");
  expect([await count("plinth_users"), await count("plinth_operators"), await count("plinth_sessions")]).toEqual([
    1, 1, 1,
  ]);
  // A user of a workspace is no operator.
  await send("/api/auth/sign-up/email", { name: "Bob", email: "bob@example.com", password: "correct horse" });
  expect(await by("bob")).toBe("/welcome?error=sign_up_closed");
});

test("an account whose address nobody has confirmed stays as it is, until its operator links it", async () => {
  const { by, me, all, call, send, count } = await open({ confirmed: false });
  expect(await by("ada")).toBe("/welcome?error=account_not_linked");
  expect(await all("select email_verified from plinth_users")).toEqual([{ email_verified: 0 }]);
  expect(await count("plinth_accounts")).toBe(1);
  const ada = browser();
  take(ada, await send(`${AUTH}/sign-in/email`, { email: "ada@example.com", password: "correct horse" }));
  // Another operator's account at the provider is none of hers.
  expect(await by("bob", { ...ada }, "/link-social")).toBe("/welcome?error=sign_up_closed");
  const page = await call("/operator/account/security", { headers: { cookie: ada.cookie } });
  expect(await page.text()).toContain('data-path="/auth/link-social"');
  expect(await by("unsure", { ...ada }, "/link-social")).toBe("/welcome?error=email_not_verified");
  expect(await by("ada", { ...ada }, "/link-social")).toBe("/welcome");
  expect(await all("select email_verified from plinth_users")).toEqual([{ email_verified: 1 }]);
  const other = browser();
  expect(await by("ada", other)).toBe("/welcome");
  expect(await me(other)).toMatchObject({ operator: true });
  expect(await count("plinth_accounts")).toBe(2);
});

test("an operator links no account with another's address, and a subject stays with its operator", async () => {
  const { by, all, send, operator } = await open();
  const bob = { name: "Bob", email: "bob@example.com", password: "correct horse", email_verified: true };
  expect((await send("/api/operators", bob, bearer(operator))).status).toBe(201);
  const ada = browser();
  expect(await by("ada", ada)).toBe("/welcome");
  expect(await by("bob", { ...ada }, "/link-social")).toBe("/welcome?error=account_not_linked");
  // The address has passed to somebody else, at the provider too.
  await all("update plinth_accounts set account_id = 'bob' where account_id = 'ada'");
  expect(await by("bob")).toBe("/welcome?error=account_not_linked");
});

test("the second factor is asked for, a blocked operator is refused, and the log says so", async () => {
  const { by, me, all, count } = await open();
  expect(await by("ada")).toBe("/welcome");
  await all("update plinth_users set two_factor_enabled = 1");
  const before = await count("plinth_sessions");
  const guest = browser();
  expect(await by("ada", guest)).toBe("/operator/second-factor?next=%2Fwelcome");
  expect(await me(guest)).toMatchObject({ kind: "anonymous" });
  expect(await count("plinth_sessions")).toBe(before);
  await all("update plinth_users set two_factor_enabled = 0, blocked_at = 1");
  expect(await by("ada")).toBe("/welcome?error=user_blocked");
  const log = await all("select detail from plinth_security_log where outcome = 'failed' order by id desc limit 1");
  expect(log).toEqual([{ detail: '{"provider":"sso","code":"USER_BLOCKED"}' }]);
});

test("the pages of operators have the button, and say what went wrong", async () => {
  const { call } = await open();
  for (const path of ["/", "/operator/sign-in"]) {
    const page = await (await call(`${path}?error=sign_up_closed`)).text();
    expect(page).toContain("Continue with Single &lt;b&gt; sign-on");
    expect(page).toContain('href="/api/operator/auth/sign-in/social?provider=sso&amp;callback_url=');
    expect(page).toContain('role="alert"');
  }
  const led = await call(`${AUTH}/sign-in/social?provider=sso&callback_url=/`);
  expect(new URL(led.headers.get("location")!).searchParams.get("redirect_uri")).toBe(CALLBACK);
  expect(await (await call("/sign-in")).text()).not.toContain("sso");
});
