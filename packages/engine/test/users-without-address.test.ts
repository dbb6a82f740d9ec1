/** Accounts without an email address: what the rest of Plinth sees of them. */
import { expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import {
  type Collection,
  DEFAULT_WORKSPACE_ID,
  placeholderAddress,
  type SqlDriver,
  toCollection,
  uuidv7,
} from "@plinth/core";
import { createTable, dialectOf, ensureUsersCollections, followAccount, insertUser } from "@plinth/db";
import {
  createInvitationSchema,
  createUserSchema,
  exportUser,
  listItems,
  listUsers,
  type RequestContext,
  simulate,
  updateCollection,
  updateCollectionSchema,
} from "../src/index.ts";
import { bearer, openWorld, type World } from "./identity-support.ts";

const ENGINES: readonly [string, () => SqlDriver][] = [
  ["SQLite", () => bunSqlite({ path: ":memory:" })],
  ["Postgres", memoryPglite],
];

/** PGlite starts slowly on a busy machine. */

async function account(world: World, email: string | null): Promise<string> {
  const at = new Date();
  const id = uuidv7(Date.now());
  const user = { id, workspaceId: DEFAULT_WORKSPACE_ID, email, emailVerified: false, name: "Nobody", createdAt: at };
  const follow = await followAccount(world.driver, user, { actor: null, requestId: null }, Date.now());
  await world.driver.batch([insertUser(world.driver, { ...user, updatedAt: at }), ...follow]);
  return id;
}

async function openUsers(driver: SqlDriver) {
  const world = await openWorld(driver);
  const operator = await world.account("operator@example.com");
  await ensureUsersCollections(driver, Date.now);
  const ctx = async (): Promise<RequestContext> => {
    world.engine.catalogs.forget(DEFAULT_WORKSPACE_ID);
    return world.ctx(bearer(operator));
  };
  return { world, ctx };
}

const rowsOf = async (ctx: RequestContext, filter: object) =>
  (await listItems(ctx, "users", { filter: filter as never, sort: [{ path: "id", direction: "asc" }] })).data as Record<
    string,
    unknown
  >[];

test.each(ENGINES)(
  "an account without an address has null wherever it is shown, and is found by no placeholder, on %s",
  async (_, open) => {
    const { world, ctx } = await openUsers(open());
    const [one, other] = [await account(world, null), await account(world, null)];
    await account(world, "ann@example.com");
    const placeholder = placeholderAddress(one);

    const { data } = await listUsers(await ctx(), { limit: 10 });
    expect(data.map(({ email }) => email)).toEqual([null, null, "ann@example.com"]);
    expect((await listUsers(await ctx(), { limit: 10, email: placeholder })).data).toEqual([]);
    for (const search of [placeholder, one, "no-email", "invalid"]) {
      expect((await listUsers(await ctx(), { limit: 10, search })).data).toEqual([]);
    }
    expect(await rowsOf(await ctx(), { email: { _null: true } })).toMatchObject([{ id: one }, { id: other }]);
    expect(await rowsOf(await ctx(), { email: { _contains: "invalid" } })).toEqual([]);

    let exported = "";
    for await (const piece of await exportUser(await ctx(), one)) exported += piece;
    expect(JSON.parse(exported)).toMatchObject({ user: { id: one, email: null } });
    expect(exported).not.toContain("no-email");
    const seen = await simulate(await ctx(), { user_id: one, collection: "users", action: "read" });
    expect(seen.variables).toMatchObject({ "user.id": one, "user.email": null });
    await world.driver.close?.();
  },
);

test("nobody gets an address at which nobody is", async () => {
  const email = placeholderAddress("00000000-0000-7000-8000-00000000aaaa");
  for (const address of [email, email.toUpperCase(), "ann@no-email.invalid"]) {
    expect(createUserSchema.safeParse({ email: address, name: "Eve" }).error?.issues).toMatchObject([
      { path: ["email"], message: "must be an address to which mail can be sent" },
    ]);
    expect(createInvitationSchema.safeParse({ email: address, roles: [] }).success).toBe(false);
  }
});

test.each(ENGINES)(
  "a collection of users in which each had an address takes accounts without one, on %s",
  async (_, open) => {
    const driver = open();
    const { world, ctx } = await openUsers(driver);
    await oldUsersCollection(driver, (await ctx()).catalog.collections.get("users")!);
    await account(world, "ann@example.com");
    const fields = [{ name: "motto", type: "text", required: true, default: "none" }];
    await updateCollection(
      await ctx(),
      "users",
      updateCollectionSchema.parse({ fields, unique_together: [["email", "motto"]] }),
    );
    await expect(account(world, null)).rejects.toThrow();

    await Promise.all([1, 2].map(() => ensureUsersCollections(driver, Date.now)));
    const one = await account(world, null);
    expect(await rowsOf(await ctx(), {})).toMatchObject([
      { email: "ann@example.com", motto: "none" },
      { id: one, email: null, motto: "none" },
    ]);
    const { version, fields: now } = (await ctx()).catalog.collections.get("users")!;
    expect(now.find(({ name }) => name === "email")).not.toHaveProperty("required");
    await ensureUsersCollections(driver, Date.now);
    expect((await ctx()).catalog.collections.get("users")!.version).toBe(version);
    await driver.close?.();
  },
);

/** The table and the definition as they were made when each account had an address. */
async function oldUsersCollection(driver: SqlDriver, present: Collection): Promise<void> {
  const { fields, added: _, ...rest } = present;
  const old = toCollection(
    { ...rest, fields: fields.map((field) => (field.name === "email" ? { ...field, required: true } : field)) },
    present,
  );
  const [{ definition }] = (await driver.all({
    sql: `select definition from plinth_collections where id = '${old.id}'`,
    params: [],
  })) as unknown as [{ definition: string }];
  const stored = definition.replace('"type":"email",', '"type":"email","required":true,');
  expect(stored).not.toBe(definition);
  await driver.batch([
    { sql: `drop table "${old.table}"`, params: [] },
    ...createTable(dialectOf(driver), old, () => old),
    { sql: `update plinth_collections set definition = '${stored}' where id = '${old.id}'`, params: [] },
    { sql: "update plinth_workspaces set revision = revision + 1", params: [] },
  ]);
}
