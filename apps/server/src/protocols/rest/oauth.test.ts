/** Sign-in by a real provider of OpenID Connect, oidc-provider, in this process. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Config } from "@plinth/core";
import { bearer, refusalIn } from "../../testing/app.ts";
import { type OidcServer, oidcServer } from "../../testing/oidc.ts";
import { browser, CALLBACK, openWithPeople, PEOPLE } from "../../testing/oidc-world.ts";

let oidc: OidcServer;

beforeAll(async () => {
  oidc = await oidcServer(PEOPLE, [CALLBACK]);
});
afterAll(() => oidc.close());

const open = (settings: Partial<Config> = {}, provider: object = {}) => openWithPeople(oidc, settings, provider);

test("who is new gets an account, comes back to it, and no token of the provider is kept", async () => {
  const { by, me, all, events } = await open();
  const [first, second] = [browser(), browser()];
  expect(await by("ada", first, { new_user_callback_url: "/tour" })).toBe("/tour");
  expect(await by("ada", second, { new_user_callback_url: "/tour" })).toBe("/welcome");
  for (const { cookie } of [first, second]) expect(cookie).toContain("plinth.device=");
  expect(await me(first)).toMatchObject({ email: "ada@example.com", name: "Ada Lovelace", email_verified: true });
  expect((await me(second))?.id).toBe((await me(first))!.id);
  const [account, ...others] = await all("select * from plinth_accounts where provider_id <> 'credential'");
  expect(others).toEqual([]);
  expect(account).toMatchObject({ provider_id: encodeURIComponent(oidc.issuer), account_id: "ada" });
  for (const column of ["access_token", "refresh_token", "id_token", "password"]) expect(account![column]).toBeNull();
  expect((await events("sign_in")).map(({ detail }) => detail)).toEqual(['{"provider":"sso"}', '{"provider":"sso"}']);
  expect((await events("sign_up"))[0]?.detail).toBe('{"provider":"sso"}');
});

test("a name is made of the address where the provider gives none; without an address there is no account", async () => {
  const { by, me, all } = await open();
  const guest = browser();
  expect(await by("nameless", guest)).toBe("/welcome");
  expect(await me(guest)).toMatchObject({ name: "nameless" });
  expect(await by("mailless", browser())).toBe("/welcome?error=email_missing");
  expect(await all("select count(*) as n from plinth_users")).toEqual([{ n: 2 }]);
});

test("a user who refuses at the provider comes back with that error", async () => {
  const { start, finish, me } = await open();
  const guest = browser();
  const back = await oidc.refuse(await start(guest, { error_callback_url: "/sorry?from=sso" }));
  expect(await finish(guest, back)).toBe("/sorry?from=sso&error=access_denied");
  expect(await me(guest)).toBeNull();
});

test("a state works once, in the browser that it was made for, and for its provider", async () => {
  const { start, finish, me, send, operator, all } = await open();
  const [victim, attacker] = [browser(), browser()];
  const back = await oidc.signIn(await start(attacker), "ada");
  // The attacker's own code and state, brought to somebody else's browser.
  await start(victim);
  expect(await finish(victim, back)).toBe("/welcome?error=state_invalid");
  expect(await finish(browser(), back)).toBe("/welcome?error=state_invalid");
  expect(await me(victim)).toBeNull();
  const copy = { ...attacker };
  expect(await finish(attacker, back)).toBe("/welcome");
  expect(await finish(copy, back)).toBe("/sign-in?error=state_invalid");
  expect(await finish(browser(), `${CALLBACK}?code=x`)).toBe("/sign-in?error=state_invalid");
  expect(await finish(browser(), `${CALLBACK}?code=x&state=made-up`)).toBe("/sign-in?error=state_invalid");
  // Another provider's answer with this state.
  await send("/api/auth-providers", OTHER, bearer(operator));
  const mixed = browser();
  const url = new URL(await oidc.signIn(await start(mixed), "ada"));
  url.pathname = "/api/auth/callback/other";
  url.searchParams.delete("iss");
  expect(await finish(mixed, url.href)).toBe("/welcome?error=provider_failed");
  expect(await all("select count(*) as n from plinth_verifications where value like '%codeVerifier%'")).toEqual([
    { n: 1 },
  ]);
});

const OTHER = { name: "other", kind: "github", client_id: "other", client_secret: "secret" };

test("of two callbacks at once with one state, one at most signs in", async () => {
  const { start, finish, all } = await open();
  const guest = browser();
  const back = await oidc.signIn(await start(guest), "ada");
  const [before] = await all("select count(*) as n from plinth_sessions");
  const led = await Promise.all([finish({ ...guest }, back), finish({ ...guest }, back)]);
  expect(led.filter((target) => target === "/welcome")).toHaveLength(1);
  const [after] = await all("select count(*) as n from plinth_sessions");
  expect(Number(after!.n) - Number(before!.n)).toBe(1);
});

test("a wrong code verifier and a wrong nonce are refused, and so is an issuer that is not this one", async () => {
  const { start, finish, me, all, driver } = await open();
  const tampered = async (change: (state: Record<string, unknown>) => void, edit = (back: string) => back) => {
    const guest = browser();
    const back = await oidc.signIn(await start(guest), "ada");
    const [row] = await all("select id, value from plinth_verifications order by created_at desc, id desc limit 1");
    const state = JSON.parse(row!.value as string);
    change(state);
    await driver.run({
      sql: "update plinth_verifications set value = ?1 where id = ?2",
      params: [JSON.stringify(state), row!.id as string],
    });
    const led = await finish(guest, edit(back));
    expect(await me(guest)).toBeNull();
    return led;
  };
  expect(await tampered((state) => Object.assign(state, { codeVerifier: "x".repeat(64) }))).toBe(
    "/welcome?error=provider_failed",
  );
  expect(await tampered((state) => Object.assign(state, { idTokenNonce: "another" }))).toBe(
    "/welcome?error=provider_failed",
  );
  expect(await tampered((state) => delete state.idTokenNonce)).toBe("/welcome?error=provider_failed");
  expect(
    await tampered(
      () => {},
      (back) => back.replace(/iss=[^&]*/, "iss=https%3A%2F%2Fevil.example"),
    ),
  ).toBe("/welcome?error=provider_failed");
  expect(await all("select count(*) as n from plinth_accounts where provider_id <> 'credential'")).toEqual([{ n: 0 }]);
});

test("pages are those of the list, exactly, or paths", async () => {
  const page = "https://app.example.com/in";
  const { by, send, me } = await open({ redirectUrls: [page, "myapp://in"] });
  for (const elsewhere of [`${page}/`, `${page}?x=1`, "https://evil.example", "//evil.example", "/\\evil.example"]) {
    for (const field of ["callback_url", "error_callback_url", "new_user_callback_url"]) {
      const refused = await send("/api/auth/sign-in/social", { provider: "sso", [field]: elsewhere });
      expect([elsewhere, ...(await refusalIn(refused))]).toEqual([elsewhere, 422, "VALIDATION", field]);
    }
  }
  const guest = browser();
  expect(await by("ada", guest, { callback_url: page })).toBe(page);
  expect(await me(guest)).not.toBeNull();
  expect(await by("mailless", browser(), { callback_url: page })).toBe(`${page}?error=email_missing`);
  expect(await by("ada", browser(), { callback_url: "myapp://in" })).toBe("myapp://in");
});

test("a link whose sign-in cannot begin leads to no page that is not allowed", async () => {
  const { call } = await openWithPeople(oidc, {});
  const evil = ["https://evil.example/phish", "//evil.example/", "javascript:alert(1)"];
  const paths = ["/api/auth/sign-in/social", "/api/auth/sign-in/soci%61l", "/api/t/nobody/auth/sign-in/social"];
  for (const page of evil.map(encodeURIComponent)) {
    for (const path of paths) {
      for (const name of ["callback_url", "error_callback_url", "new_user_callback_url"]) {
        const answer = await call(`${path}?provider=none&${name}=${page}`);
        expect([path, name, answer.status, answer.headers.get("location")]).toEqual([
          path,
          name,
          path === paths[0] ? 422 : 404,
          null,
        ]);
      }
    }
  }
  expect(
    (await call("/api/auth/sign-in/social?provider=none&callback_url=/welcome")).headers.get("location"),
  ).toEndWith("/welcome?error=not_found");
});

test("a link leads to the provider, and its cookie binds the browser", async () => {
  const { call, finish, me } = await open();
  const led = await call("/api/auth/sign-in/social?provider=sso&callback_url=/welcome");
  expect(led.status).toBe(302);
  const guest = {
    cookie: led.headers
      .getSetCookie()
      .map((set) => set.split(";")[0])
      .join("; "),
  };
  const back = await oidc.signIn(led.headers.get("location")!, "ada");
  expect(await finish(guest, back)).toBe("/welcome");
  expect(await me(guest)).toMatchObject({ email: "ada@example.com" });
});

test("a provider that is off or unknown is no way in", async () => {
  const { send, start, finish, operator, call } = await open();
  const guest = browser();
  const back = await oidc.signIn(await start(guest), "ada");
  await send("/api/auth-providers/sso", { enabled: false }, bearer(operator), "PATCH");
  expect(await finish(guest, back)).toBe("/sign-in?error=provider_failed");
  for (const provider of ["sso", "unknown", encodeURIComponent(oidc.issuer), "__proto__"]) {
    const refused = await send("/api/auth/sign-in/social", { provider: provider.slice(0, 40) });
    expect([provider, ...(await refusalIn(refused))]).toEqual([provider, 404, "NOT_FOUND", "provider"]);
  }
  expect(await (await call("/api/auth/providers")).json()).toEqual({ data: [] });
});
