/** The built-in collection of users: how workspaces get it, and how it follows accounts. */
import { expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { DEFAULT_WORKSPACE_ID, type SqlDriver } from "@plinth/core";
import { ensureUsersCollections, followAccount, insertUser } from "@plinth/db";
import {
  collectionNames,
  createCollection,
  createCollectionSchema,
  createItems,
  createRule,
  createRuleSchema,
  createUser,
  listChanges,
  listItems,
  type RequestContext,
  readPolicy,
  updateCollection,
  updateCollectionSchema,
} from "../src/index.ts";
import { subscribeLive } from "../src/realtime/live/index.ts";
import { bearer, codeOf, openWorld, type World } from "./identity-support.ts";
import { NOBODY, openRealtimeWorld, testConnection } from "./realtime-support.ts";
import { expandIn, fieldsIn } from "./texts.ts";
import { ADMIN } from "./transfer-support.ts";

const ENGINES: readonly [string, () => SqlDriver][] = [
  ["SQLite", () => bunSqlite({ path: ":memory:" })],
  ["Postgres", memoryPglite],
];

/** PGlite starts slowly on a busy machine. */

/** A server from before there was such a collection, with two accounts. */
async function oldWorld(driver: SqlDriver) {
  const world = await openWorld(driver);
  const operator = await world.account("operator@example.com");
  await world.account("eve@example.com");
  await world.account("ann@example.com");
  return { world, ctx: () => fresh(world, operator) };
}

async function fresh(world: World, token: string): Promise<RequestContext> {
  world.engine.catalogs.forget(DEFAULT_WORKSPACE_ID);
  return world.ctx(bearer(token));
}

const create = (ctx: RequestContext, definition: object) =>
  createCollection(ctx, createCollectionSchema.parse(definition));
const rowsOf = async (ctx: RequestContext, slug: string, input = {}) =>
  (await listItems(ctx, slug, { sort: [{ path: "created_at", direction: "asc" }], ...input })).data as Record<
    string,
    unknown
  >[];

test.each(ENGINES)(
  "accounts from before get an item each, and further ones with the defaults of added fields, on %s",
  async (_, open) => {
    const { world, ctx } = await oldWorld(open());
    const made = await Promise.all([1, 2].map(() => ensureUsersCollections(world.driver, Date.now)));
    expect(made.flat()).toEqual([{ workspaceId: DEFAULT_WORKSPACE_ID, slug: "users" }]);
    expect(await ensureUsersCollections(world.driver, Date.now)).toEqual([]);
    const rows = await rowsOf(await ctx(), "users");
    expect(rows).toMatchObject([
      { name: "Someone", email: "eve@example.com", image: null, version: 1 },
      { name: "Someone", email: "ann@example.com", version: 1 },
    ]);
    for (const row of rows) expect(row.owner_id).toBe(row.id);
    const sql = "select created_at from plinth_users where email = 'ann@example.com'";
    const [account] = await world.driver.all({ sql, params: [] });
    expect(rows[1]!.created_at).toBe(new Date(Number(account!.created_at)).toISOString());

    const fields = [
      { name: "motto", type: "text", default: "what ?1 is, ?2 'was'" },
      { name: "credit", type: "decimal", required: true, default: "2.50" },
      { name: "seen", type: "timestamp", default: "$now" },
      { name: "code", type: "uuid", default: "$uuid", unique: true },
      { name: "tags", type: "json", default: ["new"] },
      { name: "boss", type: "relation", to: "users" },
    ];
    await updateCollection(await ctx(), "users", updateCollectionSchema.parse({ fields }));
    await createUser(await ctx(), { email: "bea@example.com", name: "Bea" });
    await world.account("dan@example.com");
    const [bea] = await rowsOf(await ctx(), "users", { filter: { email: "bea@example.com" } });
    expect(bea).toMatchObject({ motto: "what ?1 is, ?2 'was'", credit: "2.50", tags: ["new"], boss: null });
    expect(bea!.seen).toMatch(/Z$/);
    expect(bea!.code).toMatch(/^[\da-f-]{36}$/);

    const [dan] = await rowsOf(await ctx(), "users", { filter: { email: "dan@example.com" } });
    const { data } = (await listChanges(await ctx(), { collection: "users" })) as { data: Record<string, unknown>[] };
    expect(data.at(-1)).toMatchObject({ item: dan!.id, actor: `user:${dan!.id}`, before: null });
    await world.driver.close?.();
  },
);

test("a collection named users stays what it is", async () => {
  const { world, ctx } = await oldWorld(bunSqlite({ path: ":memory:" }));
  await create(await ctx(), { slug: "users", fields: [{ name: "nick", type: "text" }] });
  await createItems(await ctx(), "users", { nick: "of the app" });
  expect(await ensureUsersCollections(world.driver, Date.now)).toEqual([
    { workspaceId: DEFAULT_WORKSPACE_ID, slug: "app_users" },
  ]);
  expect(await rowsOf(await ctx(), "users")).toMatchObject([{ nick: "of the app" }]);
  expect(await rowsOf(await ctx(), "app_users")).toHaveLength(2);
  const [owned] = await rowsOf(await ctx(), "users", { expand: expandIn("owner"), fields: fieldsIn("nick") });
  // It was made by an operator, who is none of them.
  expect(owned).toMatchObject({ nick: "of the app", owner: null });
});

test("a rule that opens every collection leaves the users out, one that closes them does not", async () => {
  const { world, ctx } = await oldWorld(bunSqlite({ path: ":memory:" }));
  await ensureUsersCollections(world.driver, Date.now);
  await createRule(await ctx(), createRuleSchema.parse({ role: "public", collection: "*", action: "read" }));
  const { catalog } = await ctx();
  const stranger = { ...ADMIN, kind: "anonymous", bypass: false, roles: ["public"] } as const;
  expect(readPolicy(catalog, stranger, catalog.collections.get("users")!)).toBeNull();
  expect(collectionNames({ catalog, principal: stranger })).toEqual([]);
  for (const rule of [
    { role: "public", collection: "users", action: "read" },
    { role: "public", collection: "*", action: "read", effect: "deny" },
  ]) {
    await createRule(await ctx(), createRuleSchema.parse(rule));
  }
  const denied = (await ctx()).catalog;
  expect(readPolicy(denied, stranger, denied.collections.get("users")!)).toBeNull();
});

test("no route reaches a table of Plinth's own", async () => {
  const { world, ctx } = await oldWorld(bunSqlite({ path: ":memory:" }));
  await ensureUsersCollections(world.driver, Date.now);
  const tables = await world.driver.all({ sql: "select name from sqlite_schema where type = 'table'", params: [] });
  const names = tables.map((row) => String(row.name)).filter((table) => !table.startsWith("sqlite_"));
  expect(names.length).toBeGreaterThan(15);
  for (const table of names) {
    expect([table, await codeOf(async () => listItems(await ctx(), table, {}))]).toEqual([
      table,
      "COLLECTION_NOT_FOUND",
    ]);
    const made = async () => create(await ctx(), { slug: table, fields: [{ name: "name", type: "text" }] });
    // Where the name is a valid slug, its table is another one.
    await made().catch(() => undefined);
    const collection = (await ctx()).catalog.collections.get(table);
    if (collection) expect(names).not.toContain(collection.table);
  }
});

test("live queries that show or ask for an owner follow the owner's name", async () => {
  const world = await openRealtimeWorld();
  await ensureUsersCollections(world.driver, Date.now);
  const id = "00000000-0000-7000-8000-00000000aaaa";
  const note = "00000000-0000-7000-8000-00000000bbbb";
  const account = { id, workspaceId: DEFAULT_WORKSPACE_ID, email: "eve@example.com", emailVerified: false };
  const write = async (name: string) => {
    const at = new Date();
    const { collections } = (await world.ctx()).catalog;
    const read = async () =>
      (await listItems(await world.ctx(), "users", { filter: { id } })).data as Record<string, string>[];
    const [before] = await read();
    await world.driver.batch([
      before
        ? { sql: "update plinth_users set name = ?1 where id = ?2", params: [name, id] }
        : insertUser(world.driver, { ...account, name, createdAt: at, updatedAt: at }),
      ...(await followAccount(world.driver, account, { actor: null, requestId: null }, Date.now())),
    ]);
    const [after] = await read();
    world.log.add({
      collectionId: collections.get("users")!.id,
      item: id,
      before: before ?? null,
      after: after ?? null,
    });
  };
  await write("Eve");
  await world.create({ slug: "notes", fields: [{ name: "text", type: "text" }] });
  await world.write("notes", note, { text: "hers", owner_id: id });
  await createItems(await world.ctx(), "notes", { text: "a stranger's", owner_id: "elsewhere-42" });

  const connection = testConnection();
  const subscribers = await world.broker.subscribersOf(DEFAULT_WORKSPACE_ID);
  const input = { collection: "notes", filter: { "owner.name": "Eve" }, expand: expandIn("owner") };
  subscribeLive(
    subscribers,
    await world.ctx(),
    { principal: ADMIN, credential: NOBODY },
    { input } as never,
    connection,
  );
  const first = await connection.until(({ event }) => event === "snapshot");
  expect(first).toMatchObject({ rows: [{ id: note, data: { owner: { name: "Eve" } } }] });
  await write("Adam");
  const message = await connection.until(({ event }) => event === "diff");
  expect(message).toMatchObject({ ops: [{ op: "remove", id: note }] });
  world.broker.close();
});
