import { beforeEach, describe, expect, test } from "bun:test";
import type { Tokens } from "@plinth/engine";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

const ada = { name: "Ada", email: "ada@example.com", password: "correct horse" };

let offset = 0;
/** It stands still: a slow machine changes nothing. */
const start = Math.floor(Date.now() / 1000) * 1000;
const clock = { now: () => start + offset };
let world: TestApp;
let operator: string;
beforeEach(async () => {
  offset = 0;
  world = testApp({}, { clock });
  operator = await world.signUp("operator@example.com");
  await world.signUp(ada.email);
});

const dataOf = async <T>(response: Response) => ((await response.json()) as { data: T }).data;

async function signIn(at = world): Promise<Tokens & { session: string }> {
  const { name: _, ...credentials } = ada;
  const response = await at.send("/api/auth/sign-in/email", { ...credentials, tokens: true });
  const { token, tokens } = (await response.json()) as { token: string; tokens: Tokens };
  return { ...tokens, session: token };
}

const me = async (token: string, at = world) => at.call("/api/me", { headers: bearer(token) });
const refresh = (token: string, at = world) => at.send("/api/auth/token/refresh", { refresh_token: token });
const claimsIn = (token: string) => JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")));

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
    const more = await world.send("/api/auth/token", undefined, bearer(session));
    expect(more.status).toBe(201);
    expect((await me((await dataOf<Tokens>(more)).access_token)).status).toBe(200);
    const prolonged = await world.send("/api/auth/token", undefined, bearer(access_token));
    expect(await refusalIn(prolonged)).toEqual([401, "UNAUTHORIZED"]);
  });

  test("no statement is sent for a token while it is fresh", async () => {
    const statements: string[] = [];
    const counted = Object.assign(Object.create(world.driver), {
      all: (query: { sql: string }) => {
        statements.push(query.sql);
        return world.driver.all(query as never);
      },
      run: (query: { sql: string }) => {
        statements.push(query.sql);
        return world.driver.run(query as never);
      },
    });
    const beside = testApp({}, { clock, driver: counted });
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
    const made = await world.send("/api/auth/token", undefined, bearer(operator));
    expect(await refusalIn(made)).toEqual([403, "FORBIDDEN"]);
  });

  test("ends with its session: here at once, on another server within two seconds", async () => {
    const beside = testApp({}, { clock, driver: world.driver });
    const ends = [
      (tokens: Tokens & { session: string }) => world.send("/api/auth/sign-out", {}, bearer(tokens.session)),
      (tokens: Tokens) =>
        world.call("/api/sessions", { headers: bearer(tokens.access_token) }).then(async (response) => {
          const sessions = await dataOf<{ id: string; current: boolean }[]>(response);
          const current = sessions.find((session) => session.current)!;
          return world.send(`/api/sessions/${current.id}`, undefined, bearer(tokens.access_token), "DELETE");
        }),
      (tokens: Tokens) => world.send("/api/auth/token/revoke", { refresh_token: tokens.refresh_token }),
    ];
    for (const end of ends) {
      const tokens = await signIn();
      expect((await me(tokens.access_token)).status).toBe(200);
      expect((await me(tokens.access_token, beside)).status).toBe(200);
      expect((await end(tokens)).status).toBe(200);
      expect(await refusalIn(await me(tokens.access_token))).toEqual([401, "INVALID_TOKEN"]);
      offset += 1000;
      expect(await refusalIn(await me(tokens.access_token, beside))).toEqual([401, "INVALID_TOKEN"]);
      expect(await refusalIn(await refresh(tokens.refresh_token, beside))).toEqual([401, "INVALID_TOKEN"]);
    }
  });

  test("a blocked user is out, and changed roles count, on every server within two seconds", async () => {
    const beside = testApp({}, { clock, driver: world.driver });
    const { access_token } = await signIn();
    const { id } = await dataOf<{ id: string }>(await me(access_token, beside));
    expect((await world.send("/api/roles", { name: "editor" }, bearer(operator))).status).toBe(201);
    await world.send(`/api/users/${id}/roles`, { roles: ["editor"] }, bearer(operator), "PUT");
    offset += 1000;
    const roles = ["public", "authenticated", "editor"];
    expect(await dataOf(await me(access_token, beside))).toMatchObject({ roles });
    expect(await dataOf(await me(access_token))).toMatchObject({ roles });
    await world.send(`/api/users/${id}/block`, undefined, bearer(operator));
    offset += 1000;
    for (const server of [world, beside]) {
      expect(await refusalIn(await me(access_token, server))).toEqual([401, "INVALID_TOKEN"]);
    }
  });

  test("expires", async () => {
    const { access_token } = await signIn();
    expect((await me(access_token)).status).toBe(200);
    offset += 899_000;
    expect((await me(access_token)).status).toBe(200);
    offset += 1000;
    expect(await refusalIn(await me(access_token))).toEqual([401, "INVALID_TOKEN"]);
  });
});

describe("settings", () => {
  const change = (body: object) => world.send("/api/token-settings", body, bearer(operator), "PATCH");

  test("set the time, the audience and further claims, on every server", async () => {
    const beside = testApp({}, { clock, driver: world.driver });
    const before = await signIn(beside);
    const claims = { tenant: "acme", hasura: { "x-user": "$user.id", roles: "$user.roles" } };
    expect((await change({ access_token_minutes: 5, audience: "shop", claims })).status).toBe(200);
    offset += 1000;
    const { access_token, expires_in } = await signIn(beside);
    const { sub, aud, hasura, tenant } = claimsIn(access_token);
    expect([expires_in, aud, tenant, hasura]).toEqual([300, "shop", "acme", { "x-user": sub, roles: [] }]);
    expect((await me(access_token)).status).toBe(200);
    expect(await refusalIn(await me(before.access_token, beside))).toEqual([401, "INVALID_TOKEN"]);
    expect((await refresh(before.refresh_token)).status).toBe(200);
  });

  test("are checked", async () => {
    const wrong = async (body: object) => refusalIn(await change(body));
    expect(await wrong({ access_token_minutes: 0 })).toEqual([422, "VALIDATION", "access_token_minutes"]);
    expect(await wrong({ access_token_minutes: 61 })).toEqual([422, "VALIDATION", "access_token_minutes"]);
    expect(await wrong({ claims: { roles: ["admin"] } })).toEqual([422, "VALIDATION", "claims.roles"]);
    expect(await wrong({ claims: { a: { b: ["$user.nam"] } } })).toEqual([422, "VALIDATION", "claims.a.b.0"]);
    expect(await wrong({ claims: { a: "x".repeat(2000) } })).toEqual([422, "LIMIT_EXCEEDED", "claims"]);
  });

  test("a scoped key gives itself no further rights by them", async () => {
    const scoped = { name: "ops", kind: "scoped", roles: ["admin"], actions: ["keys:read", "keys:write"] };
    const made = await dataOf<{ key: string }>(await world.send("/api/keys", scoped, bearer(operator)));
    const key = { "x-api-key": made.key };
    const issuer = { issuer: "x", audience: "x", jwks_url: "https://issuer.example/keys" };
    expect(await refusalIn(await world.send("/api/signing-keys", { algorithm: "HS256" }, key))).toEqual([
      403,
      "FORBIDDEN",
    ]);
    expect(await refusalIn(await world.send("/api/trusted-issuers", issuer, key))).toEqual([403, "FORBIDDEN"]);
    const claims = await world.send("/api/token-settings", { claims: { a: 1 } }, key, "PATCH");
    expect(await refusalIn(claims)).toEqual([403, "FORBIDDEN"]);
  });

  test("a session's rules see the same claims as its tokens'", async () => {
    await change({ claims: { tenant: "acme" } });
    await world.send(
      "/api/collections",
      { slug: "notes", fields: [{ name: "tenant", type: "text" }] },
      bearer(operator),
    );
    const rule = {
      role: "authenticated",
      collection: "notes",
      action: "create",
      presets: { tenant: "$user.claims.tenant" },
    };
    expect((await world.send("/api/permissions", rule, bearer(operator))).status).toBe(201);
    const { access_token, session } = await signIn();
    for (const token of [access_token, session]) {
      expect((await world.send("/api/items/notes", {}, bearer(token))).status).toBe(201);
    }
    const all = await dataOf<object[]>(await world.call("/api/items/notes", { headers: bearer(operator) }));
    expect(all).toMatchObject([{ tenant: "acme" }, { tenant: "acme" }]);
  });
});

describe("workspaces", () => {
  test("each signs with its own keys, and a token counts in its own workspace", async () => {
    await world.send("/api/workspaces", { slug: "other", name: "Other" }, bearer(operator));
    const account = { name: "Eve", email: ada.email, password: "correct horse", tokens: true };
    const made = await world.send("/api/t/other/auth/sign-up/email", account);
    const { tokens } = (await made.json()) as { tokens: Tokens };
    const issuer = "http://localhost:8787/api/t/other";
    expect(claimsIn(tokens.access_token)).toMatchObject({ iss: issuer, aud: issuer });
    expect(await dataOf(await me(tokens.access_token))).toMatchObject({ workspace: { slug: "other" } });
    const elsewhere = { ...bearer(tokens.access_token), "x-plinth-workspace": "default" };
    expect((await refusalIn(await world.call("/api/me", { headers: elsewhere })))[1]).toBe("WORKSPACE_MISMATCH");
    const kid = JSON.parse(atob(tokens.access_token.split(".")[0]!)).kid as string;
    const published = async (path: string) =>
      ((await (await world.call(path)).json()) as { keys: { kid: string }[] }).keys.map((key) => key.kid);
    expect(await published("/api/t/other/.well-known/jwks.json")).toEqual([kid]);
    expect(await published("/.well-known/jwks.json")).not.toContain(kid);
    const ours = await signIn();
    const theirs = await refresh(tokens.refresh_token);
    expect(claimsIn((await dataOf<Tokens>(theirs)).access_token).sub).not.toBe(claimsIn(ours.access_token).sub);
  });
});

describe("refresh tokens", () => {
  test("one address sends a bounded number a minute, valid or not", async () => {
    const limited = testApp({ authRateLimit: 2 });
    for (const path of ["refresh", "revoke"]) {
      for (let n = 0; n < 10; n++) {
        const answer = await limited.send(`/api/auth/token/${path}`, { refresh_token: "rt_made-up" });
        expect([path, answer.status]).toEqual([path, path === "refresh" ? 401 : 200]);
      }
    }
    const [status, code] = await refusalIn(await refresh("rt_made-up", limited));
    expect([status, code]).toEqual([429, "RATE_LIMITED"]);
    expect((await limited.send("/api/auth/token/revoke", { refresh_token: "rt_made-up" })).status).toBe(429);
    const elsewhere = { method: "POST", headers: { "content-type": "application/json" }, from: "203.0.113.1" };
    const body = JSON.stringify({ refresh_token: "rt_made-up" });
    expect((await limited.call("/api/auth/token/refresh", { ...elsewhere, body })).status).toBe(401);
  });

  test("rotate, and a lost answer is given again for ten seconds", async () => {
    const { refresh_token } = await signIn();
    const first = await dataOf<Tokens>(await refresh(refresh_token));
    expect(first.refresh_token).not.toBe(refresh_token);
    expect((await me(first.access_token)).status).toBe(200);
    offset += 9000;
    const again = await dataOf<Tokens>(await refresh(refresh_token));
    expect(again.refresh_token).toBe(first.refresh_token);
    const second = await dataOf<Tokens>(await refresh(first.refresh_token));
    expect(second.refresh_token).not.toBe(first.refresh_token);
  });

  test("one that was replaced a while ago ends the session, and the log tells", async () => {
    const { refresh_token, access_token } = await signIn();
    const next = await dataOf<Tokens>(await refresh(refresh_token));
    offset += 11_000;
    expect(await refusalIn(await refresh(refresh_token))).toEqual([401, "INVALID_TOKEN"]);
    for (const token of [access_token, next.access_token]) {
      expect(await refusalIn(await me(token))).toEqual([401, "INVALID_TOKEN"]);
    }
    expect(await refusalIn(await refresh(next.refresh_token))).toEqual([401, "INVALID_TOKEN"]);
    const log = await world.call("/api/security-log?type=refresh_token_reuse", { headers: bearer(operator) });
    expect(await dataOf<object[]>(log)).toMatchObject([{ outcome: "failed" }]);
  });

  test("two generations back is reuse at once", async () => {
    const { refresh_token } = await signIn();
    const first = await dataOf<Tokens>(await refresh(refresh_token));
    await refresh(first.refresh_token);
    expect(await refusalIn(await refresh(refresh_token))).toEqual([401, "INVALID_TOKEN"]);
    expect(await refusalIn(await me(first.access_token))).toEqual([401, "INVALID_TOKEN"]);
  });

  test("many refreshes at once, on two servers, give one next token", async () => {
    const beside = testApp({}, { clock, driver: world.driver });
    const { refresh_token } = await signIn();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => dataOf<Tokens>(await refresh(refresh_token, i % 2 ? beside : world))),
    );
    expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1);
    expect((await refresh(answers[0]!.refresh_token, beside)).status).toBe(200);
  });

  test("forged and foreign ones are refused, and nothing ends", async () => {
    const { refresh_token, access_token } = await signIn();
    const other = await signIn();
    for (const wrong of ["x", `rt_${"A".repeat(64)}`, access_token, `${refresh_token}A`, other.access_token]) {
      expect(await refusalIn(await refresh(wrong))).toEqual([401, "INVALID_TOKEN"]);
    }
    expect((await me(access_token)).status).toBe(200);
    expect((await refresh(refresh_token)).status).toBe(200);
  });

  test("end with a session's longest time, also where that has become shorter", async () => {
    const { refresh_token } = await signIn();
    const stricter = testApp({ sessionMaxHours: 1 }, { clock, driver: world.driver });
    offset = 3_540_000;
    const next = await dataOf<Tokens>(await refresh(refresh_token, stricter));
    expect(next.expires_in).toBeLessThanOrEqual(120);
    offset = 3_660_000;
    expect(await refusalIn(await refresh(next.refresh_token, stricter))).toEqual([401, "INVALID_TOKEN"]);
  });

  test("the database holds no token", async () => {
    const { refresh_token, access_token } = await signIn();
    await refresh(refresh_token);
    const rows = await world.driver.all({ sql: "select * from plinth_refresh_tokens", params: [] });
    const keys = await world.driver.all({ sql: "select * from plinth_signing_keys", params: [] });
    const stored = JSON.stringify([rows, keys]);
    expect(stored).not.toContain(refresh_token.slice(30));
    expect(stored).not.toContain(access_token.slice(-40));
    expect(stored).not.toContain('\\"d\\"');
  });
});

describe("signing keys", () => {
  const admin = () => bearer(operator);
  const keys = async () =>
    dataOf<{ id: string; state: string; algorithm: string }[]>(
      await world.call("/api/signing-keys", { headers: admin() }),
    );
  const jwks = async () => {
    const response = await world.call("/.well-known/jwks.json");
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
    return ((await response.json()) as { keys: { kid: string; d?: string }[] }).keys;
  };

  test("rotate with overlap, and a deleted one ends its tokens everywhere", async () => {
    const beside = testApp({}, { clock, driver: world.driver });
    const before = await signIn();
    const [first] = await keys();
    expect(first).toMatchObject({ algorithm: "ES256", state: "current" });
    expect((await world.send("/api/signing-keys", { algorithm: "EdDSA" }, admin())).status).toBe(201);
    expect((await jwks()).map(({ kid }) => kid)).toEqual((await keys()).map(({ id }) => id));
    expect((await jwks()).some((key) => "d" in key)).toBe(false);
    expect((await me(before.access_token, beside)).status).toBe(200);
    expect((await world.send("/api/signing-keys/rotate", undefined, admin())).status).toBe(200);
    const after = await signIn();
    expect(JSON.parse(atob(after.access_token.split(".")[0]!))).toMatchObject({ alg: "EdDSA" });
    for (const token of [before.access_token, after.access_token]) {
      for (const server of [world, beside]) expect((await me(token, server)).status).toBe(200);
    }
    const remove = (id: string) => world.send(`/api/signing-keys/${id}`, undefined, admin(), "DELETE");
    const current = (await keys()).find(({ state }) => state === "current")!;
    expect(await refusalIn(await remove(current.id))).toEqual([409, "CONFLICT", "id"]);
    expect((await remove(first!.id)).status).toBe(200);
    expect(await refusalIn(await me(before.access_token))).toEqual([401, "INVALID_TOKEN"]);
    offset += 1000;
    expect(await refusalIn(await me(before.access_token, beside))).toEqual([401, "INVALID_TOKEN"]);
    expect((await me(after.access_token, beside)).status).toBe(200);
  });

  test("a shared secret signs with HS256 and is not published", async () => {
    const secret = "a secret that several programs share, long enough";
    const made = await world.send("/api/signing-keys", { algorithm: "HS256", secret }, admin());
    expect(JSON.stringify(await made.json())).not.toContain(secret);
    expect((await world.send("/api/signing-keys/rotate", undefined, admin())).status).toBe(200);
    const { access_token } = await signIn();
    expect(JSON.parse(atob(access_token.split(".")[0]!))).toMatchObject({ alg: "HS256" });
    expect((await me(access_token)).status).toBe(200);
    const [head, body, signature] = access_token.split(".") as [string, string, string];
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const expected = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${head}.${body}`));
    expect(Buffer.from(expected).toString("base64url")).toBe(signature);
    expect(await jwks()).toHaveLength(0);
    expect(await refusalIn(await world.send("/api/signing-keys/rotate", undefined, admin()))).toEqual([
      409,
      "CONFLICT",
    ]);
    const short = await world.send("/api/signing-keys", { algorithm: "HS256", secret: "short" }, admin());
    expect(await refusalIn(short)).toEqual([422, "VALIDATION", "secret"]);
  });
});
