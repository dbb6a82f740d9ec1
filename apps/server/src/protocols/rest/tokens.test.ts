import { describe, expect, test } from "bun:test";
import type { Tokens } from "@plinth/engine";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";
import { ada, claimsIn, dataOf, tokenWorld } from "../../testing/token-world.ts";

const setup = tokenWorld();
const { me, refresh, signIn } = setup;

describe("access tokens", () => {
  test("a sign-in gives one, and a session can ask for one", async () => {
    const { access_token, session, expires_in, token_type } = await signIn();
    expect([expires_in, token_type]).toEqual([900, "Bearer"]);
    expect(await dataOf(await me(access_token))).toMatchObject({ kind: "user", email: ada.email, operator: false });
    const claims = claimsIn(access_token);
    expect(claims).toMatchObject({
      iss: "http://localhost:8787",
      aud: "http://localhost:8787",
      email: ada.email,
      roles: [],
      amr: ["pwd"],
      aal: "aal1",
      is_anonymous: false,
    });
    expect(claims.exp - claims.iat).toBe(900);
    const more = await setup.world.send("/api/auth/token", undefined, bearer(session));
    expect(more.status).toBe(201);
    expect((await me((await dataOf<Tokens>(more)).access_token)).status).toBe(200);
    const prolonged = await setup.world.send("/api/auth/token", undefined, bearer(access_token));
    expect(await refusalIn(prolonged)).toEqual([401, "UNAUTHORIZED"]);
  });

  test("no statement is sent for a token while it is fresh", async () => {
    const statements: string[] = [];
    const counted = Object.assign(Object.create(setup.world.driver), {
      all: (query: { sql: string }) => {
        statements.push(query.sql);
        return setup.world.driver.all(query as never);
      },
      run: (query: { sql: string }) => {
        statements.push(query.sql);
        return setup.world.driver.run(query as never);
      },
    });
    const beside = testApp({}, { clock: setup.clock, driver: counted });
    const { access_token, refresh_token } = await signIn();
    await me(access_token, beside);
    const next = await dataOf<Tokens>(await refresh(refresh_token));
    expect(statements.join()).toContain("plinth_identity_changes");
    statements.length = 0;
    const list = (token: string) => beside.call("/api/openapi.json", { headers: bearer(token) });
    // Another token of the same workspace, which this server sees for the first time.
    expect((await list(next.access_token)).status).toBe(200);
    expect(statements.filter((sql) => /session|users|user_roles/.test(sql))).toEqual([]);
  });

  test("an operator's session has none", async () => {
    const made = await setup.world.send("/api/auth/token", undefined, bearer(setup.operator));
    expect(await refusalIn(made)).toEqual([403, "FORBIDDEN"]);
  });

  test("ends with its session: here at once, on another server within two seconds", async () => {
    const beside = testApp({}, { clock: setup.clock, driver: setup.world.driver });
    const ends = [
      (tokens: Tokens & { session: string }) => setup.world.send("/api/auth/sign-out", {}, bearer(tokens.session)),
      (tokens: Tokens) =>
        setup.world.call("/api/sessions", { headers: bearer(tokens.access_token) }).then(async (response) => {
          const sessions = await dataOf<{ id: string; current: boolean }[]>(response);
          const current = sessions.find((session) => session.current)!;
          return setup.world.send(`/api/sessions/${current.id}`, undefined, bearer(tokens.access_token), "DELETE");
        }),
      (tokens: Tokens) => setup.world.send("/api/auth/token/revoke", { refresh_token: tokens.refresh_token }),
    ];
    for (const end of ends) {
      const tokens = await signIn();
      expect((await me(tokens.access_token)).status).toBe(200);
      expect((await me(tokens.access_token, beside)).status).toBe(200);
      expect((await end(tokens)).status).toBe(200);
      expect(await refusalIn(await me(tokens.access_token))).toEqual([401, "INVALID_TOKEN"]);
      setup.advance(1000);
      expect(await refusalIn(await me(tokens.access_token, beside))).toEqual([401, "INVALID_TOKEN"]);
      expect(await refusalIn(await refresh(tokens.refresh_token, beside))).toEqual([401, "INVALID_TOKEN"]);
    }
  });

  test("a blocked user is out, and changed roles count, on every server within two seconds", async () => {
    const beside = testApp({}, { clock: setup.clock, driver: setup.world.driver });
    const { access_token } = await signIn();
    const { id } = await dataOf<{ id: string }>(await me(access_token, beside));
    expect((await setup.world.send("/api/roles", { name: "editor" }, bearer(setup.operator))).status).toBe(201);
    await setup.world.send(`/api/users/${id}/roles`, { roles: ["editor"] }, bearer(setup.operator), "PUT");
    setup.advance(1000);
    const roles = ["public", "authenticated", "editor"];
    expect(await dataOf(await me(access_token, beside))).toMatchObject({ roles });
    expect(await dataOf(await me(access_token))).toMatchObject({ roles });
    await setup.world.send(`/api/users/${id}/block`, undefined, bearer(setup.operator));
    setup.advance(1000);
    for (const server of [setup.world, beside]) {
      expect(await refusalIn(await me(access_token, server))).toEqual([401, "INVALID_TOKEN"]);
    }
  });

  test("expires", async () => {
    const { access_token } = await signIn();
    expect((await me(access_token)).status).toBe(200);
    setup.advance(899_000);
    expect((await me(access_token)).status).toBe(200);
    setup.advance(1000);
    expect(await refusalIn(await me(access_token))).toEqual([401, "INVALID_TOKEN"]);
  });
});

describe("settings", () => {
  const change = (tokens: object) =>
    setup.world.send("/api/auth-settings", { tokens }, bearer(setup.operator), "PATCH");

  test("set the time, the audience and further claims, on every server", async () => {
    const beside = testApp({}, { clock: setup.clock, driver: setup.world.driver });
    const before = await signIn(beside);
    const claims = { tenant: "acme", hasura: { "x-user": "$user.id", roles: "$user.roles" } };
    expect((await change({ access_token_minutes: 5, audience: "shop", claims })).status).toBe(200);
    setup.advance(1000);
    const { access_token, expires_in } = await signIn(beside);
    const { sub, aud, hasura, tenant } = claimsIn(access_token);
    expect([expires_in, aud, tenant, hasura]).toEqual([300, "shop", "acme", { "x-user": sub, roles: [] }]);
    expect((await me(access_token)).status).toBe(200);
    expect(await refusalIn(await me(before.access_token, beside))).toEqual([401, "INVALID_TOKEN"]);
    expect((await refresh(before.refresh_token)).status).toBe(200);
  });

  test("are checked", async () => {
    const wrong = async (body: object) => refusalIn(await change(body));
    expect(await wrong({ access_token_minutes: 0 })).toEqual([422, "VALIDATION", "tokens.access_token_minutes"]);
    expect(await wrong({ access_token_minutes: 61 })).toEqual([422, "VALIDATION", "tokens.access_token_minutes"]);
    expect(await wrong({ claims: { roles: ["admin"] } })).toEqual([422, "VALIDATION", "tokens.claims.roles"]);
    expect(await wrong({ claims: { a: { b: ["$user.nam"] } } })).toEqual([422, "VALIDATION", "tokens.claims.a.b.0"]);
    expect(await wrong({ claims: { a: "x".repeat(2000) } })).toEqual([422, "LIMIT_EXCEEDED", "tokens.claims"]);
  });

  test("a scoped key gives itself no further rights by them", async () => {
    const scoped = {
      name: "ops",
      kind: "scoped",
      roles: ["admin"],
      actions: ["keys:read", "keys:write", "sign_in:write"],
    };
    const made = await dataOf<{ key: string }>(await setup.world.send("/api/keys", scoped, bearer(setup.operator)));
    const key = { "x-api-key": made.key };
    const issuer = { issuer: "x", audience: "x", jwks_url: "https://issuer.example/keys" };
    expect(await refusalIn(await setup.world.send("/api/signing-keys", { algorithm: "HS256" }, key))).toEqual([
      403,
      "FORBIDDEN",
    ]);
    expect(await refusalIn(await setup.world.send("/api/trusted-issuers", issuer, key))).toEqual([403, "FORBIDDEN"]);
    const claims = await setup.world.send("/api/auth-settings", { tokens: { claims: { a: 1 } } }, key, "PATCH");
    expect(await refusalIn(claims)).toEqual([403, "FORBIDDEN", "tokens"]);
  });

  test("a session's rules see the same claims as its tokens'", async () => {
    await change({ claims: { tenant: "acme" } });
    await setup.world.send(
      "/api/collections",
      { slug: "notes", fields: [{ name: "tenant", type: "text" }] },
      bearer(setup.operator),
    );
    const rule = {
      role: "authenticated",
      collection: "notes",
      action: "create",
      presets: { tenant: "$user.claims.tenant" },
    };
    expect((await setup.world.send("/api/permissions", rule, bearer(setup.operator))).status).toBe(201);
    const { access_token, session } = await signIn();
    for (const token of [access_token, session]) {
      expect((await setup.world.send("/api/items/notes", {}, bearer(token))).status).toBe(201);
    }
    const all = await dataOf<object[]>(await setup.world.call("/api/items/notes", { headers: bearer(setup.operator) }));
    expect(all).toMatchObject([{ tenant: "acme" }, { tenant: "acme" }]);
  });
});

describe("workspaces", () => {
  test("each signs with its own keys, and a token counts in its own workspace", async () => {
    await setup.world.send("/api/workspaces", { slug: "other", name: "Other" }, bearer(setup.operator));
    const account = { name: "Eve", email: ada.email, password: "correct horse", tokens: true };
    const made = await setup.world.send("/api/t/other/auth/sign-up/email", account);
    const { tokens } = (await made.json()) as { tokens: Tokens };
    const issuer = "http://localhost:8787/api/t/other";
    expect(claimsIn(tokens.access_token)).toMatchObject({ iss: issuer, aud: issuer });
    expect(await dataOf(await me(tokens.access_token))).toMatchObject({ workspace: { slug: "other" } });
    const elsewhere = { ...bearer(tokens.access_token), "x-plinth-workspace": "default" };
    expect((await refusalIn(await setup.world.call("/api/me", { headers: elsewhere })))[1]).toBe("WORKSPACE_MISMATCH");
    const kid = JSON.parse(atob(tokens.access_token.split(".")[0]!)).kid as string;
    const published = async (path: string) =>
      ((await (await setup.world.call(path)).json()) as { keys: { kid: string }[] }).keys.map((key) => key.kid);
    expect(await published("/api/t/other/.well-known/jwks.json")).toEqual([kid]);
    expect(await published("/.well-known/jwks.json")).not.toContain(kid);
    const ours = await signIn();
    const theirs = await refresh(tokens.refresh_token);
    expect(claimsIn((await dataOf<Tokens>(theirs)).access_token).sub).not.toBe(claimsIn(ours.access_token).sub);
  });
});
