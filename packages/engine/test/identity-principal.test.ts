import { beforeEach, describe, expect, test } from "bun:test";
import { anonymous, DEFAULT_WORKSPACE_ID, OPERATORS_POOL_ID } from "@plinth/core";
import { generateKey } from "../src/identity/key-format.ts";
import {
  assignRoles,
  authOf,
  createKey,
  createWorkspace,
  readCredentials,
  resolvePrincipal,
  revokeKey,
} from "../src/index.ts";
import { bearer, CONFIG, codeOf, openWorld, type World } from "./identity-support.ts";

let world: World;
let operator: string;
let secret: string;
let publishable: string;

beforeEach(async () => {
  world = await openWorld();
  operator = await world.account("operator@example.com");
  const ctx = await world.ctx(bearer(operator));
  secret = (await createKey(ctx, { name: "server", kind: "secret" })).key;
  publishable = (await createKey(ctx, { name: "browser", kind: "publishable" })).key;
});

/** Well-formed, with its checksum. */
const never = generateKey("secret");

describe("credentials", () => {
  test("none: anonymous, with the role public", async () => {
    expect(await world.who({})).toEqual({ principal: anonymous(DEFAULT_WORKSPACE_ID), cookieAuthenticated: false });
  });

  test("a key by each of its headers", async () => {
    for (const header of ["x-api-key", "apikey"]) {
      expect((await world.who({ [header]: secret })).principal).toMatchObject({
        kind: "key",
        bypass: true,
      });
    }
    expect((await world.who(bearer(publishable))).principal).toMatchObject({
      kind: "key",
      workspaceId: DEFAULT_WORKSPACE_ID,
      roles: ["public"],
      bypass: false,
    });
  });

  test("what is not valid is refused, not taken for nobody", async () => {
    for (const key of [never, "sk_live_short", "", `${secret}x`, "' or 1=1"]) {
      expect([key, await codeOf(() => world.who({ "x-api-key": key }))]).toEqual([key, "INVALID_API_KEY"]);
    }
    expect(await codeOf(() => world.who(bearer(never)))).toBe("INVALID_API_KEY");
    for (const token of ["", "nonsense", operator.split(".")[0]!, `${operator.split(".")[0]}.${"A".repeat(44)}`]) {
      expect([token, await codeOf(() => world.who(bearer(token)))]).toEqual([token, "INVALID_TOKEN"]);
    }
    expect((await world.who({ authorization: "Basic dTpw" })).principal.kind).toBe("anonymous");
  });

  test("a user's token and cookie; a stale cookie is none", async () => {
    const expected = { kind: "operator", email: "operator@example.com", operator: { owner: true }, bypass: true };
    const byToken = await world.who(bearer(operator));
    expect(byToken.principal).toMatchObject(expected);
    expect(byToken.cookieAuthenticated).toBe(false);
    const cookie = (value: string) => ({ cookie: `a=b; plinth-operator.session_token=${encodeURIComponent(value)}` });
    const byCookie = await world.who(cookie(operator));
    expect(byCookie.principal).toMatchObject(expected);
    expect(byCookie.cookieAuthenticated).toBe(true);
    expect((await world.who(cookie(`${operator.slice(0, -4)}AAA=`))).principal.kind).toBe("anonymous");
  });

  test("a user's cookie comes before an operator's, unless the path says that an operator calls", async () => {
    const token = await world.account("operator@example.com");
    const cookie = `plinth-operator.session_token=${encodeURIComponent(operator)}; plinth.session_token=${encodeURIComponent(token)}`;
    const credentials = readCredentials(new Headers({ cookie }));
    const request = { engine: world.engine, driver: world.driver, credentials };
    expect((await resolvePrincipal(request)).principal).toMatchObject({ kind: "user", bypass: false });
    expect((await resolvePrincipal({ ...request, asOperator: true })).principal.kind).toBe("operator");
    for (const headers of [bearer(token), { apikey: secret }]) {
      const others = { ...request, credentials: readCredentials(new Headers(headers)), asOperator: true };
      expect(await codeOf(() => resolvePrincipal(others))).toBe("WORKSPACE_MISMATCH");
    }
  });

  test("nothing names the operators' pool as a workspace", async () => {
    for (const name of [OPERATORS_POOL_ID, "$operators", "%24operators"]) {
      expect(await codeOf(() => world.who({ ...bearer(operator), "x-plinth-workspace": name }))).toBe("NOT_FOUND");
    }
  });

  test("combined: a publishable key and a user act as the user, a secret key wins, a cookie is left aside", async () => {
    expect((await world.who({ apikey: publishable, ...bearer(operator) })).principal.kind).toBe("operator");
    expect((await world.who({ apikey: secret, ...bearer(operator) })).principal.kind).toBe("key");
    expect((await world.who({ apikey: publishable, ...bearer(secret) })).principal.bypass).toBe(true);
    expect(await codeOf(() => world.who({ apikey: publishable, ...bearer("nonsense") }))).toBe("INVALID_TOKEN");
    expect(await codeOf(() => world.who({ apikey: publishable, ...bearer(never) }))).toBe("INVALID_API_KEY");
    const withCookie = { apikey: publishable, cookie: `plinth-operator.session_token=${encodeURIComponent(operator)}` };
    expect((await world.who(withCookie)).principal.kind).toBe("key");
  });
});

describe("workspaces", () => {
  test("operators may act in any; everyone else names only their own", async () => {
    const other = await createWorkspace(await world.ctx(bearer(operator)), { slug: "other", name: "Other" });
    const there = { "x-plinth-workspace": "other" };
    expect((await world.who({ ...bearer(operator), ...there })).principal).toMatchObject({
      workspaceId: other.id,
      bypass: true,
      operator: { owner: true },
    });
    const foreignKey = (
      await createKey(await world.ctx({ ...bearer(operator), ...there }), { name: "k", kind: "secret" })
    ).key;
    expect((await world.who({ apikey: foreignKey })).principal.workspaceId).toBe(other.id);
    expect((await world.who({ apikey: foreignKey, ...there })).principal.workspaceId).toBe(other.id);

    const user = await world.account("user@example.com");
    for (const headers of [{ apikey: secret }, bearer(user)]) {
      expect(await codeOf(() => world.who({ ...headers, ...there }))).toBe("WORKSPACE_MISMATCH");
      expect((await world.who({ ...headers, "x-plinth-workspace": "default" })).principal.workspaceId).toBe(
        DEFAULT_WORKSPACE_ID,
      );
    }
    expect(await codeOf(() => world.who({ apikey: foreignKey, "x-plinth-workspace": "default" }))).toBe(
      "WORKSPACE_MISMATCH",
    );
    for (const slug of ["nowhere", "", "'; drop", "x".repeat(500)]) {
      expect(await codeOf(() => world.who({ ...bearer(operator), "x-plinth-workspace": slug }))).toBe("NOT_FOUND");
    }
  });

  test("a key and a user of different workspaces do not combine", async () => {
    const ctx = await world.ctx(bearer(operator));
    await createWorkspace(ctx, { slug: "other", name: "Other" });
    const there = await world.ctx({ ...bearer(operator), "x-plinth-workspace": "other" });
    const foreign = (await createKey(there, { name: "k", kind: "publishable" })).key;
    expect(await codeOf(() => world.who({ apikey: foreign, ...bearer(operator) }))).toBe("WORKSPACE_MISMATCH");
    expect(await codeOf(() => world.who({ apikey: foreign, ...bearer(secret) }))).toBe("WORKSPACE_MISMATCH");
  });
});

describe("the cache", () => {
  test("answers at once, without a promise, and with the same object", async () => {
    for (const headers of [bearer(operator), { "x-api-key": secret }, { apikey: publishable, ...bearer(operator) }]) {
      const first = await world.who(headers);
      const again = world.who(headers);
      expect(again).not.toBeInstanceOf(Promise);
      expect(again).toBe(first);
    }
  });

  test("asks once for many requests that come together", async () => {
    // Its use is recorded, and then looked up anew.
    await world.who({ apikey: secret }, world.replica);
    world.pass(2000);
    let queries = 0;
    const { all, run } = world.driver;
    world.driver.run = (query) => {
      queries++;
      return run(query);
    };
    world.driver.all = (query) => {
      queries++;
      return all(query);
    };
    await Promise.all(Array.from({ length: 50 }, () => world.who({ apikey: secret }, world.replica)));
    expect(queries).toBe(1);
    await Promise.all(Array.from({ length: 50 }, () => codeOf(() => world.who({ apikey: never }, world.replica))));
    await codeOf(() => world.who({ apikey: never }, world.replica));
    expect(queries).toBe(2);
  });

  test("a revoked key is refused here at once, elsewhere within two seconds", async () => {
    const ctx = await world.ctx(bearer(operator));
    const { key, id } = await createKey(ctx, { name: "k", kind: "secret" });
    await world.who({ apikey: key });
    await world.who({ apikey: key }, world.replica);
    await revokeKey(ctx, id);
    expect(await codeOf(() => world.who({ apikey: key }))).toBe("INVALID_API_KEY");
    expect(await codeOf(() => world.who({ apikey: key }, world.replica))).toBeUndefined();
    world.pass(2000);
    expect(await codeOf(() => world.who({ apikey: key }, world.replica))).toBe("INVALID_API_KEY");
  });

  test("a session that was signed out likewise", async () => {
    await world.who(bearer(operator), world.replica);
    await world.who(bearer(operator));
    const request = new Request(`${CONFIG.appUrl}/api/auth/sign-out`, { method: "POST", headers: bearer(operator) });
    await authOf(world.engine, world.driver, OPERATORS_POOL_ID).handle(request, "127.0.0.1");
    expect(await codeOf(() => world.who(bearer(operator)))).toBe("INVALID_TOKEN");
    world.pass(2000);
    expect(await codeOf(() => world.who(bearer(operator), world.replica))).toBe("INVALID_TOKEN");
  });

  test("a lookup that began before the sign-out is not kept", async () => {
    let release = () => {};
    const { run } = world.driver;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let held = false;
    world.driver.run = async (query) => {
      const result = await run(query);
      if (query.sql.includes("plinth_operators") && !held) {
        held = true;
        await gate;
      }
      return result;
    };
    const early = world.who(bearer(operator), world.replica);
    while (!held) await Bun.sleep(1);
    const request = new Request(`${CONFIG.appUrl}/api/auth/sign-out`, { method: "POST", headers: bearer(operator) });
    await authOf(world.replica, world.driver, OPERATORS_POOL_ID).handle(request, "127.0.0.1");
    release();
    await early;
    expect(await codeOf(() => world.who(bearer(operator), world.replica))).toBe("INVALID_TOKEN");
  });

  test("a key stops at the moment it expires", async () => {
    const ctx = await world.ctx(bearer(operator));
    const expires_at = new Date(ctx.now + 1000).toISOString();
    const { key } = await createKey(ctx, { name: "k", kind: "publishable", expires_at });
    expect((await world.who({ apikey: key })).principal.kind).toBe("key");
    world.pass(1001);
    expect(await codeOf(() => world.who({ apikey: key }))).toBe("INVALID_API_KEY");
  });

  test("roles take effect at once", async () => {
    const user = await world.account("user@example.com");
    const { principal } = await world.who(bearer(user));
    expect(principal).toMatchObject({ roles: ["public", "authenticated"], kind: "user", bypass: false });
    const ctx = await world.ctx(bearer(operator));
    await assignRoles(ctx, principal.id!, { roles: ["admin"] });
    expect((await world.who(bearer(user))).principal).toMatchObject({ kind: "user", bypass: true });
  });
});
