import { beforeEach, describe, expect, test } from "bun:test";
import { DEFAULT_WORKSPACE_ID } from "@plinth/core";
import type { SECURITY_EVENTS } from "@plinth/db";
import {
  amongOperators,
  assignRoles,
  blockUser,
  callerCheck,
  createKey,
  createOperator,
  createRole,
  createRule,
  createWorkspace,
  deleteRole,
  deleteRule,
  deleteUser,
  describePrincipal,
  listKeys,
  listRoles,
  listSecurityLog,
  listUsers,
  listWorkspaces,
  type RequestContext,
  revokeKey,
  updateRule,
} from "../src/index.ts";
import { bearer, codeOf, openWorld, type World } from "./identity-support.ts";

let world: World;
let operator: string;
let ctx: RequestContext;

beforeEach(async () => {
  world = await openWorld();
  operator = await world.account("operator@example.com");
  ctx = await world.ctx(bearer(operator));
});

const again = () => world.ctx(bearer(operator));
const elsewhere = async () => {
  await createWorkspace(ctx, { slug: "other", name: "Other" });
  return world.ctx({ ...bearer(operator), "x-plinth-workspace": "other" });
};
const revision = async () =>
  (await world.driver.all({ sql: "select revision from plinth_workspaces where slug = 'default'", params: [] }))[0]!
    .revision as number;

describe("keys", () => {
  test("are shown once and stored as a hash", async () => {
    const { key, ...rest } = await createKey(ctx, { name: "server", kind: "secret" });
    expect(key).toMatch(/^sk_live_[0-9A-Za-z]{49}$/);
    expect(rest).toMatchObject({ name: "server", kind: "secret", prefix: key.slice(0, 12), expires_at: null });
    expect((await listKeys(ctx, { limit: 50 })).data).toEqual([rest]);
    const stored = JSON.stringify(await world.driver.all({ sql: "select * from plinth_api_keys", params: [] }));
    expect(stored).not.toContain(key.slice(12));
  });

  test("are revoked by their own workspace alone", async () => {
    const { id } = await createKey(ctx, { name: "k", kind: "publishable" });
    const there = await elsewhere();
    expect((await listKeys(there, { limit: 50 })).data).toEqual([]);
    expect(await codeOf(() => revokeKey(there, id))).toBe("NOT_FOUND");
    await revokeKey(ctx, id);
    expect((await listKeys(ctx, { limit: 50 })).data).toEqual([]);
    expect(await codeOf(() => revokeKey(ctx, id))).toBe("NOT_FOUND");
  });

  test("cannot be born expired", async () => {
    const past = new Date(ctx.now - 1).toISOString();
    expect(await codeOf(() => createKey(ctx, { name: "k", kind: "secret", expires_at: past }))).toBe("VALIDATION");
  });
});

describe("roles", () => {
  test("are made, assigned and deleted with all that hangs on them", async () => {
    const before = await revision();
    await createRole(ctx, { name: "editor", description: "Writes" });
    expect(await codeOf(() => createRole(ctx, { name: "editor" }))).toBe("CONFLICT");
    expect((await listRoles(ctx)).map((role) => [role.name, role.system])).toEqual([
      ["public", true],
      ["authenticated", true],
      ["admin", true],
      ["editor", false],
    ]);
    const user = await world.account("user@example.com");
    const { id } = (await world.who(bearer(user))).principal;
    await assignRoles(await again(), id!, { roles: ["editor", "public", "editor"] });
    expect((await world.who(bearer(user))).principal.roles).toEqual(["public", "authenticated", "editor"]);
    await createRule(await again(), {
      role: "editor",
      collection: "*",
      action: "read",
      effect: "allow",
      condition: null,
      fields: null,
      presets: null,
      check: null,
    });
    await deleteRole(ctx, "editor");
    expect((await world.who(bearer(user))).principal.roles).toEqual(["public", "authenticated"]);
    expect((await again()).catalog.rules).toEqual([]);
    expect((await again()).catalog.roles.has("editor")).toBe(false);
    expect(await codeOf(() => deleteRole(ctx, "editor"))).toBe("NOT_FOUND");
    expect(await revision()).toBeGreaterThan(before + 3);
  });

  test("and rules are in the security log of their workspace, each stored with its event", async () => {
    const rule = { effect: "allow", condition: null, fields: null, presets: null, check: null } as const;
    await createRole(ctx, { name: "editor" });
    const made = { ...rule, role: "editor", collection: "*", action: "read" } as const;
    const { id } = await createRule(await again(), made);
    expect(await codeOf(async () => createRule(await again(), made))).toBe("CONFLICT");
    await updateRule(await again(), id, { action: "update" });
    await deleteRule(await again(), id);
    await deleteRole(await again(), "editor");
    const type: (typeof SECURITY_EVENTS)[number][] = [
      "role_create",
      "rule_create",
      "rule_change",
      "rule_delete",
      "roles_change",
    ];
    const { data } = await listSecurityLog(ctx, { type, limit: 50 });
    const rules = [{ id, role: "editor", action: "update", effect: "allow" }];
    expect(data.map(({ type, target, detail }) => ({ type, target, detail }))).toEqual([
      { type: "roles_change", target: "role:editor", detail: { deleted: true } },
      { type: "rule_delete", target: "collection:*", detail: { rules } },
      { type: "rule_change", target: "collection:*", detail: { changed: ["action"], rules } },
      { type: "rule_create", target: "collection:*", detail: { rules: [{ ...rules[0], action: "read" }] } },
      { type: "role_create", target: "role:editor", detail: null },
    ]);
    expect((await listSecurityLog(await elsewhere(), { type, limit: 50 })).data).toEqual([]);
  });

  test("of every workspace stay", async () => {
    for (const name of ["public", "authenticated", "admin"]) {
      expect(await codeOf(() => deleteRole(ctx, name))).toBe("CONFLICT");
    }
  });
});

describe("users", () => {
  test("are listed with their roles, page by page", async () => {
    await world.account("second@example.com");
    await world.account("third@example.com");
    expect((await listUsers(ctx, { limit: 2, offset: 0 })).data.map((user) => [user.email, user.roles])).toEqual([
      ["second@example.com", []],
      ["third@example.com", []],
    ]);
    expect((await listUsers(ctx, { limit: 2, offset: 2 })).data).toEqual([]);
    expect((await listUsers(amongOperators(ctx), { limit: 2 })).data).toMatchObject([
      { email: "operator@example.com" },
    ]);
    expect((await listUsers(await elsewhere(), { limit: 2, offset: 0 })).data).toEqual([]);
  });

  test("an administrator makes administrators, a key does not", async () => {
    const [second, third] = [await world.account("second@example.com"), await world.account("third@example.com")];
    const idOf = async (token: string) => (await world.who(bearer(token))).principal.id!;
    const rightsOf = async (token: string) => {
      const { roles, kind } = (await world.who(bearer(token))).principal;
      return [roles.includes("admin"), kind];
    };
    await assignRoles(ctx, await idOf(second), { roles: ["admin"] });
    const admin = await world.ctx(bearer(second));
    expect([await rightsOf(second), await rightsOf(operator)]).toEqual([
      [true, "user"],
      [true, "operator"],
    ]);
    await assignRoles(admin, await idOf(third), { roles: ["admin"] });
    expect(await rightsOf(third)).toEqual([true, "user"]);
    const key = await world.ctx({ apikey: (await createKey(admin, { name: "k", kind: "secret" })).key });
    for (const [id, roles] of [
      [await idOf(second), []],
      [await idOf(await world.account("fourth@example.com")), ["admin"]],
    ] as const) {
      expect(await codeOf(() => assignRoles(key, id, { roles: [...roles] }))).toBe("FORBIDDEN");
    }
  });

  test("no right makes an operator of a workspace's user, and none of its services reaches an operator", async () => {
    const second = await world.account("second@example.com");
    const id = (await world.who(bearer(second))).principal.id!;
    await assignRoles(ctx, id, { roles: ["admin"] });
    // Not even a row that nothing here writes.
    await ctx.driver.run({ sql: `insert into plinth_operators (user_id, created_at) values ('${id}', 0)`, params: [] });
    world.pass(2000);
    expect((await world.who(bearer(second))).principal).toMatchObject({
      kind: "user",
      workspaceId: DEFAULT_WORKSPACE_ID,
    });
    const admin = await world.ctx(bearer(second));
    for (const act of [assignRoles, blockUser, deleteUser] as unknown as ((...args: unknown[]) => unknown)[]) {
      expect(await codeOf(() => act(admin, ctx.principal.id!, { roles: [] }))).toBe("NOT_FOUND");
    }
  });

  test("operators have accounts of their own, with the same addresses", async () => {
    const other = await createOperator(ctx, { email: "second@example.com", name: "Second", password: "correct horse" });
    await world.account("second@example.com");
    expect((await listUsers(ctx, { email: "second@example.com", limit: 2 })).data).toHaveLength(1);
    expect(await codeOf(() => createOperator(ctx, { email: "second@example.com", name: "Again" }))).toBe(
      "UNIQUE_VIOLATION",
    );
    const { data } = await listSecurityLog(amongOperators(ctx), { limit: 1, type: ["operator_add"] } as never);
    expect(data).toMatchObject([{ target: `user:${other.id}` }]);
  });

  test("unknown roles, users and users of others are refused", async () => {
    const user = await world.account("second@example.com");
    const { id } = (await world.who(bearer(user))).principal;
    expect(await codeOf(() => assignRoles(ctx, id!, { roles: ["admin", "nope"] }))).toBe("VALIDATION");
    expect(await codeOf(() => assignRoles(ctx, "nobody", { roles: [] }))).toBe("NOT_FOUND");
    const there = await elsewhere();
    expect(await codeOf(() => assignRoles(there, id!, { roles: [] }))).toBe("NOT_FOUND");
  });
});

describe("workspaces", () => {
  test("begin with the three roles", async () => {
    const there = await elsewhere();
    expect([...there.catalog.roles].sort()).toEqual(["admin", "authenticated", "public"]);
    expect((await listWorkspaces(ctx, { limit: 50 })).data.map((workspace) => workspace.slug)).toEqual([
      "default",
      "other",
    ]);
    expect(await codeOf(() => createWorkspace(ctx, { slug: "other", name: "Again" }))).toBe("CONFLICT");
  });
});

test("the caller learns who it is", async () => {
  expect(await describePrincipal(ctx)).toMatchObject({
    kind: "operator",
    email: "operator@example.com",
    name: "Someone",
    workspace: { slug: "default" },
    operator: true,
    admin: true,
  });
  const { key } = await createKey(ctx, { name: "server", kind: "secret" });
  expect(await describePrincipal(await world.ctx({ apikey: key }))).toMatchObject({
    kind: "key",
    name: "server",
    operator: false,
  });
  expect(await describePrincipal(await elsewhere())).toMatchObject({ workspace: { slug: "other" } });
});

test("guards tell strangers to sign in and others that they may not", async () => {
  const nobody = (await world.who({})).principal;
  const user = (await world.who(bearer(await world.account("user@example.com")))).principal;
  const { key } = await createKey(ctx, { name: "server", kind: "secret" });
  const service = (await world.who({ apikey: key })).principal;
  const refusals = (["admin", "server_owner"] as const).map((access) => {
    const admit = callerCheck({ access, action: null })!;
    return Promise.all([nobody, user, service, ctx.principal].map((caller) => codeOf(() => admit(caller, "GET"))));
  });
  expect(await Promise.all(refusals)).toEqual([
    ["UNAUTHORIZED", "FORBIDDEN", undefined, undefined],
    ["UNAUTHORIZED", "FORBIDDEN", "FORBIDDEN", undefined],
  ]);
});
