/** What is special to GitHub and Apple, by stubs of their documented endpoints; providers that fail. */
import { afterAll, expect, test } from "bun:test";
import { decodeProtectedHeader, exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";
import { browser, CALLBACK } from "../../testing/oidc-world.ts";
import { type Answers, stubProvider } from "../../testing/stub-provider.ts";

/** A provider, its pages and the server share a process, which may share its cores with others. */

const stub = await stubProvider();
afterAll(stub.close);
const { issuer, discovery, idToken, open } = stub;

test("GitHub: the address is the primary one of its endpoint for addresses, the subject is the number", async () => {
  const emails = [
    { email: "shown@example.com", primary: false, verified: true },
    { email: "Octo@Example.com", primary: true, verified: true },
  ];
  stub.answers = {
    "/login/oauth/access_token": async (request) => {
      const body = new URLSearchParams(await request.text());
      if (body.get("code") !== "good") return Response.json({ error: "bad_verification_code" });
      return Response.json({ access_token: "gho_1", token_type: "bearer", scope: "read:user,user:email" });
    },
    "/api/v3/user": ({ headers }) =>
      headers.get("authorization") === "Bearer gho_1" && headers.has("user-agent")
        ? Response.json({
            id: 583231,
            login: "octocat",
            name: null,
            email: "shown@example.com",
            avatar_url: "https://a.example/1",
          })
        : new Response("", { status: 401 }),
    "/api/v3/user/emails": () => Response.json(emails),
  };
  const { by, me, all } = await open({ kind: "github" });
  const bad = await by("bad");
  expect(await bad.finish()).toBe("/welcome?error=provider_failed");
  const good = await by("good");
  expect(good.url.pathname).toBe("/login/oauth/authorize");
  expect(good.url.searchParams.get("scope")).toBe("read:user user:email");
  expect(good.url.searchParams.get("code_challenge_method")).toBe("S256");
  expect(await good.finish()).toBe("/welcome");
  expect(await me(good.guest)).toMatchObject({
    email: "octo@example.com",
    name: "octocat",
    image: "https://a.example/1",
    email_verified: true,
  });
  const tokens = stub.requests.filter(({ path }) => path.endsWith("access_token")).at(-1)!.body;
  expect(Object.fromEntries(tokens)).toMatchObject({
    client_id: "plinth",
    client_secret: "secret of the client",
    redirect_uri: CALLBACK,
  });
  expect(tokens.get("code_verifier")).toHaveLength(128);
  expect(await all("select account_id from plinth_accounts where provider_id <> 'credential'")).toEqual([
    { account_id: "583231" },
  ]);
  // An address that GitHub has not verified finds nobody, whatever the profile shows.
  emails[1]!.verified = false;
  stub.answers["/api/v3/user"] = () => Response.json({ id: 2, login: "other" });
  expect(await (await by("good")).finish()).toBe("/welcome?error=email_not_verified");
  stub.answers["/api/v3/user/emails"] = () => Response.json({ message: "Not Found" }, { status: 404 });
  expect(await (await by("good")).finish()).toBe("/welcome?error=provider_failed");
});

test("GitHub gives no ID tokens", async () => {
  const { send } = await open({ kind: "github" });
  const refused = await send("/api/auth/sign-in/social", { provider: "sso", id_token: { token: await idToken() } });
  expect(await refusalIn(refused)).toEqual([422, "VALIDATION", "id_token"]);
});

test("Apple: a form comes back, the secret is signed by the team's key, the name comes beside the code", async () => {
  const team = await generateKeyPair("ES256", { extractable: true });
  const { by, me, call } = await open({
    kind: "apple",
    client_secret: undefined,
    team_id: "TEAM123456",
    key_id: "KEY1234567",
    private_key: await exportPKCS8(team.privateKey),
  });
  let token = "";
  stub.answers = {
    ...discovery(),
    "/token": () => Response.json({ access_token: "a", token_type: "Bearer", id_token: token }),
  };
  const { guest, url, nonce } = await by("code");
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_mode: "form_post",
    scope: "openid email name",
  });
  token = await idToken({ nonce, email_verified: "true", email: "x@privaterelay.appleid.com" });
  const user = JSON.stringify({ name: { firstName: "Ada", lastName: "Lovelace" }, email: "evil@example.com" });
  const form = new URLSearchParams({ code: "code", state: url.searchParams.get("state")!, user, id_token: "unread" });
  // Apple's page sends it, so it brings no cookies and another origin.
  const posted = await call("/api/auth/callback/sso", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: "https://appleid.apple.com" },
    body: String(form),
  });
  expect(posted.status).toBe(303);
  const target = new URL(posted.headers.get("location")!);
  expect(target.searchParams.has("id_token")).toBe(false);
  const led = await call(target.pathname + target.search, { headers: { cookie: guest.cookie } });
  expect(led.headers.get("location")).toEndWith("/welcome");
  const session = {
    cookie: led.headers
      .getSetCookie()
      .map((set) => set.split(";")[0])
      .join("; "),
  };
  expect(await me(session)).toMatchObject({
    email: "x@privaterelay.appleid.com",
    name: "Ada Lovelace",
    email_verified: true,
  });
  const secret = stub.at("/token")[0]!.body.get("client_secret")!;
  const { payload } = await jwtVerify(secret, team.publicKey, {
    audience: issuer,
    issuer: "TEAM123456",
    subject: "plinth",
  });
  expect(decodeProtectedHeader(secret)).toEqual({ alg: "ES256", kid: "KEY1234567" });
  expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(15_777_000);
});

test("a provider that is down, redirects or answers garbage fails clearly, and nothing is written", async () => {
  const { send, call, start, all } = await open();
  const begin = async () => refusalIn(await send("/api/auth/sign-in/social", { provider: "sso" }));
  const garbage: Answers[string][] = [
    () => new Response("<html>", { headers: { "content-type": "text/html" } }),
    () => new Response("null"),
    () => Response.json([]),
    () => Response.json({ issuer: "https://evil.example" }),
    () =>
      Response.json({
        issuer,
        authorization_endpoint: "javascript:alert(1)",
        token_endpoint: issuer,
        jwks_uri: issuer,
      }),
    () => Response.json({ issuer, authorization_endpoint: issuer, token_endpoint: 5, jwks_uri: issuer }),
    () => new Response("x".repeat(300_000)),
    () => new Response(null, { status: 302, headers: { location: "/elsewhere" } }),
    () => new Response("down", { status: 503 }),
  ];
  for (const answer of garbage) {
    stub.answers = { "/.well-known/openid-configuration": answer };
    expect(await begin()).toEqual([502, "PROVIDER_FAILED", "provider"]);
  }
  const led = await call("/api/auth/sign-in/social?provider=sso&callback_url=/welcome");
  expect([led.status, led.headers.get("location")]).toEqual([
    302,
    expect.stringContaining("/welcome?error=provider_failed"),
  ]);
  stub.answers = discovery();
  for (const token of [
    () => new Response("<html>"),
    () => Response.json({ error: "invalid_grant" }, { status: 400 }),
    () => Response.json({ access_token: "a" }),
    () => Response.json({ access_token: "a", id_token: 7 }),
    () => Response.json({ access_token: "a", id_token: "a.b.c" }),
  ]) {
    stub.answers["/token"] = token;
    const guest = browser();
    const url = new URL(await start(guest));
    const finished = await call(`/api/auth/callback/sso?code=x&state=${url.searchParams.get("state")}`, {
      headers: { cookie: guest.cookie },
    });
    expect(finished.headers.get("location")).toEndWith("/welcome?error=provider_failed");
  }
  expect(await all("select count(*) as n from plinth_users")).toEqual([{ n: 1 }]);
});

test("the secret is sent as the provider wants it, and a public client has none", async () => {
  const exchange = async (provider: object, more: object) => {
    const { by } = await open(provider);
    stub.answers = { ...discovery(more), "/token": () => new Response("") };
    await (await by("x")).finish();
    return stub.at("/token")[0]!;
  };
  const basic = await exchange({}, { token_endpoint_auth_methods_supported: ["client_secret_basic"] });
  expect(basic.headers.get("authorization")).toBe(`Basic ${btoa("plinth:secret+of+the+client")}`);
  expect(basic.body.has("client_secret")).toBe(false);
  const post = await exchange({}, { token_endpoint_auth_methods_supported: ["client_secret_post"] });
  expect(post.body.get("client_secret")).toBe("secret of the client");
  const none = await exchange({ client_secret: undefined }, {});
  expect([none.headers.get("authorization"), none.body.has("client_secret"), none.body.get("client_id")]).toEqual([
    null,
    false,
    "plinth",
  ]);
});

test("providers are an administrator's, their secrets are encrypted and never returned", async () => {
  stub.answers = discovery();
  const { send, call, operator, signUp, all, events } = await open();
  const user = await signUp("carl@example.com");
  for (const headers of [{}, bearer(user)]) {
    expect([401, 403]).toContain((await call("/api/auth-providers", { headers })).status);
    expect([401, 403]).toContain((await send("/api/auth-providers/sso", { enabled: false }, headers, "PATCH")).status);
  }
  const read = await (await call("/api/auth-providers/sso", { headers: bearer(operator) })).text();
  expect(read).not.toContain("secret of the client");
  expect(JSON.parse(read).data).toMatchObject({
    has_secret: true,
    callback_url: CALLBACK,
    trust_email: true,
    scopes: ["email", "profile"],
  });
  expect(JSON.stringify(await all("select * from plinth_auth_providers"))).not.toContain("secret of the client");
  // What was read can be sent back.
  const { data } = JSON.parse(read);
  expect((await send("/api/auth-providers/sso", data, bearer(operator), "PATCH")).status).toBe(200);
  const change = async (body: object) =>
    refusalIn(await send("/api/auth-providers/sso", body, bearer(operator), "PATCH"));
  expect(await change({ issuer: "https://evil.example" })).toEqual([422, "VALIDATION", "issuer"]);
  expect(await change({ kind: "github" })).toEqual([422, "VALIDATION", "kind"]);
  expect(await change({ team_id: "TEAM123456" })).toEqual([422, "VALIDATION", "team_id"]);
  expect(await change({ client_secrets: "x" })).toEqual([422, "UNKNOWN_FIELD", "client_secrets"]);
  const make = async (body: object) =>
    refusalIn(
      await send(
        "/api/auth-providers",
        { name: "x", kind: "oidc", label: "X", client_id: "x", ...body },
        bearer(operator),
      ),
    );
  expect(await make({ issuer })).toEqual([409, "CONFLICT", "name"]);
  expect(await make({})).toEqual([422, "VALIDATION", "issuer"]);
  expect(await make({ issuer: "https://login.example.com/?x" })).toEqual([422, "VALIDATION", "issuer"]);
  expect(await make({ issuer: "https://Login.example.com" })).toEqual([422, "VALIDATION", "issuer"]);
  expect(await make({ kind: "github" })).toEqual([422, "VALIDATION", "client_secret"]);
  expect(await make({ kind: "apple" })).toEqual([422, "VALIDATION", "private_key"]);
  expect(await make({ kind: "apple", private_key: "x" })).toEqual([422, "VALIDATION", "private_key"]);
  expect((await send("/api/auth-providers/sso", undefined, bearer(operator), "DELETE")).status).toBe(200);
  expect((await call("/api/auth-providers/sso", { headers: bearer(operator) })).status).toBe(404);
  expect((await events("provider_change"))[0]?.detail).toContain('"changed"');
  expect((await events("provider_delete")).length + (await events("provider_create")).length).toBe(2);
});

test("an issuer in a private network needs a setting, for as long as it is used", async () => {
  stub.answers = discovery();
  const { driver, operator } = await open();
  const strict = testApp({}, { driver });
  const body = { name: "x", kind: "oidc", label: "X", client_id: "x" };
  for (const inside of ["https://10.0.0.1", "https://localhost", "http://login.example.com", "https://keycloak"]) {
    const refused = await strict.send("/api/auth-providers", { ...body, issuer: inside }, bearer(operator));
    expect([inside, ...(await refusalIn(refused))]).toEqual([inside, 422, "VALIDATION", "issuer"]);
  }
  const before = stub.requests.length;
  const begun = await strict.send("/api/auth/sign-in/social", { provider: "sso" });
  expect(await refusalIn(begun)).toEqual([502, "PROVIDER_FAILED", "provider"]);
  expect(stub.requests).toHaveLength(before);
});
