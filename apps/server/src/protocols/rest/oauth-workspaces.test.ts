/** One person at a provider, who has an account in three workspaces. */
import { expect, test } from "bun:test";
import { APP_URL, bearer, refusalIn, testApp } from "../../testing/app.ts";
import { oidcServer } from "../../testing/oidc.ts";

/** A provider, its pages and the server share a process, which may share its cores with others. */

test("one subject in three workspaces is three people, and nothing of one workspace opens another", async () => {
  const { send, call, signUp, driver } = testApp({ privateAddresses: true });
  const operator = await signUp("operator@example.com");
  const ids: Record<string, string> = {};
  for (const slug of ["b", "c"]) {
    const made = await send("/api/workspaces", { slug, name: slug }, bearer(operator));
    ids[slug] = ((await made.json()) as { data: { id: string } }).data.id;
  }
  const paths = ["/api", `/api/t/${ids.b}`, `/api/t/${ids.c}`];
  const callbacks = paths.map((path) => `${APP_URL}${path}/auth/callback/sso`);
  const oidc = await oidcServer({ ada: { email: "ada@example.com", email_verified: true } }, callbacks);
  for (const [i, path] of paths.entries()) {
    const body = { name: "sso", kind: "oidc", label: "SSO", issuer: oidc.issuer, ...oidc.client };
    const made = await send(`${path}/auth-providers`, body, bearer(operator));
    expect(((await made.json()) as { data: object }).data).toMatchObject({ callback_url: callbacks[i] });
  }
  // The same address signed up with a password in one of them.
  await send("/api/t/b/auth/sign-up/email", { name: "Ada", email: "ada@example.com", password: "correct horse" });

  const begin = async (path: string) => {
    const started = await send(`${path}/auth/sign-in/social`, { provider: "sso", callback_url: "/welcome" });
    const cookie = started.headers.getSetCookie()[0]!.split(";")[0]!;
    const { url } = (await started.json()) as { url: string };
    return { cookie, back: new URL(await oidc.signIn(url, "ada")) };
  };
  const users: { id: string; cookie: string }[] = [];
  for (const path of paths) {
    const { cookie, back } = await begin(path);
    expect(back.pathname).toBe(`${path}/auth/callback/sso`);
    const led = await call(back.pathname + back.search, { headers: { cookie } });
    expect(led.headers.get("location")).toBe(`${APP_URL}/welcome`);
    const session = led.headers
      .getSetCookie()
      .find((set) => set.includes("session_token"))!
      .split(";")[0]!;
    const me = await call(`${path}/me`, { headers: { cookie: session } });
    const { data } = (await me.json()) as { data: { id: string; kind: string } };
    expect(data.kind).toBe("user");
    users.push({ id: data.id, cookie: session });
  }
  expect(new Set(users.map(({ id }) => id)).size).toBe(3);

  // A sign-in that was begun in one workspace ends in no other.
  const { cookie, back } = await begin(paths[1]!);
  const elsewhere = await call(`${paths[2]}/auth/callback/sso${back.search}`, { headers: { cookie } });
  expect(elsewhere.headers.get("location")).toBe(`${APP_URL}/t/${ids.c}/sign-in?error=state_invalid`);
  // A session of one is nobody in another, and its accounts are out of reach.
  const foreign = await call(`${paths[2]}/linked-accounts`, { headers: { cookie: users[1]!.cookie } });
  expect(await refusalIn(foreign)).toEqual([401, "UNAUTHORIZED"]);
  const own = await call(`${paths[1]}/linked-accounts`, { headers: { cookie: users[1]!.cookie } });
  const { data } = (await own.json()) as { data: { id: string; provider: string }[] };
  expect(data.map(({ provider }) => provider)).toEqual(["sso"]);
  const headers = { cookie: users[2]!.cookie, origin: APP_URL };
  const taken = await call(`${paths[2]}/linked-accounts/${data[0]!.id}`, { method: "DELETE", headers });
  expect(await refusalIn(taken)).toEqual([404, "NOT_FOUND"]);
  // A provider of one workspace is none of another.
  await send(`${paths[2]}/auth-providers/sso`, undefined, bearer(operator), "DELETE");
  expect((await call(`${paths[1]}/auth-providers/sso`, { headers: bearer(operator) })).status).toBe(200);
  const accounts = await driver.all({
    sql: "select workspace_id, user_id from plinth_accounts where account_id = 'ada'",
    params: [],
  });
  expect(new Set(accounts.map((row) => row.workspace_id)).size).toBe(3);
  expect(new Set(accounts.map((row) => row.user_id))).toEqual(new Set(users.map(({ id }) => id)));
  await oidc.close();
});
