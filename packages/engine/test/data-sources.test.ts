import { afterAll, beforeAll, expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { type Field, type JsonObject, PlinthError, type Row } from "@plinth/core";
import { ensureTriggers } from "@plinth/db";
import {
  acquireLock,
  aggregateItems,
  createCollection,
  createEngine,
  createItems,
  createRule,
  createRuleSchema,
  deleteCollection,
  deleteField,
  deleteItem,
  getItem,
  listChanges,
  listItems,
  liveQuery,
  migrate,
  patchItem,
  type RequestContext,
  runBatch,
  simulate,
  simulateSchema,
  tickFeatures,
  updateCollection,
} from "../src/index.ts";
import { openEngine, quiet, W } from "./log-world.ts";
import { listIn } from "./texts.ts";

const text = (name: string): Field => ({ name, type: "text" });
const relation = (name: string, to: string): Field => ({ name, type: "relation", to });

const builtIn = bunSqlite({ path: ":memory:" });
const archive = bunSqlite({ path: ":memory:" });
let ctx: () => Promise<RequestContext>;
let world: Awaited<ReturnType<typeof openEngine>>;

beforeAll(async () => {
  await migrate(archive, Date.now);
  world = await openEngine(builtIn, { databases: new Map([["archive", archive]]), config: { maxScan: 1_000_000 } });
  ({ ctx } = world);
  await createCollection(await ctx(), { slug: "posts", kind: "managed", fields: [text("title")] });
  await createCollection(await ctx(), {
    slug: "letters",
    kind: "managed",
    source: "archive",
    fields: [text("title"), relation("answers", "letters")],
  });
});

afterAll(async () => {
  await builtIn.close?.();
  await archive.close?.();
});

async function refusal(act: () => Promise<unknown>): Promise<string[]> {
  try {
    await act();
  } catch (error) {
    if (error instanceof PlinthError) return [error.code, error.message];
    throw error;
  }
  return ["nothing", ""];
}

const tables = async (driver: typeof archive): Promise<unknown[]> => {
  const rows = await driver.all({
    sql: "select name from sqlite_schema where type = 'table' and name like 'c\\_%' escape '\\'",
    params: [],
  });
  return rows.map(({ name }) => name).toSorted();
};

test("a collection's table is in its own source, and its entry in the built-in database", async () => {
  expect(await tables(archive)).toEqual(["c_000000000001_letters"]);
  expect(await tables(builtIn)).toEqual(["c_000000000001_posts"]);
  const entries = (driver: typeof archive) =>
    driver.all({ sql: "select slug from plinth_collections order by slug", params: [] });
  expect([await entries(builtIn), await entries(archive)]).toEqual([[{ slug: "letters" }, { slug: "posts" }], []]);
  const { source } = await ctx();
  expect([source({ source: "archive" }).name, source({}).name]).toEqual(["archive", "default"]);
});

test("its items are written, read, sorted, joined and summed there", async () => {
  const letter = async (title: string, answers?: string) =>
    (await createItems(await ctx(), "letters", { title, ...(answers && { answers }) })) as Row;
  const first = await letter("a");
  const second = await letter("b", first.id as string);
  expect((await getItem(await ctx(), "letters", first.id as string)).row).toEqual(first);
  const page = await listItems(await ctx(), "letters", listIn({ sort: "-title", expand: "answers" }));
  expect(
    (page.data as JsonObject[]).map(({ title, answers }) => [title, (answers as JsonObject | null)?.title]),
  ).toEqual([
    ["b", "a"],
    ["a", undefined],
  ]);
  expect(await aggregateItems(await ctx(), "letters", { aggregates: { n: { count: "*" } } })).toEqual([{ n: 2 }]);
  expect(await patchItem(await ctx(), "letters", second.id as string, { title: "c" }, { versions: [1] })).toMatchObject(
    { title: "c", version: 2 },
  );
  await runBatch(await ctx(), [
    { op: "create", collection: "letters", data: { title: "d" } },
    { op: "delete", collection: "letters", id: second.id as string },
  ]);
  expect((await listItems(await ctx(), "letters", listIn({ sort: "title" }))).data).toMatchObject([
    { title: "a" },
    { title: "d" },
  ]);
});

test("its log is its source's own, and says who wrote", async () => {
  const { log } = (await ctx()).source({ source: "archive" });
  const { changes, more } = await log.read(W, await log.start(), { limit: 100 });
  expect(changes.map(({ operation, actor, after }) => [operation, actor, after?.title ?? null])).toEqual([
    ["insert", "key:k1", "a"],
    ["insert", "key:k1", "b"],
    ["update", "key:k1", "c"],
    ["insert", "key:k1", "d"],
    ["delete", "key:k1", null],
  ]);
  expect([more, await log.head(W)]).toEqual([false, changes.at(-1)!.position]);
  const shown = await listChanges(await ctx(), { collection: "letters" });
  expect((shown.data as JsonObject[]).map(({ collection }) => collection)).toEqual(Array(5).fill("letters"));
  expect((await listChanges(await ctx(), {})).data).toEqual([]);
  await createItems(await ctx(), "posts", { title: "p" });
  expect((await listChanges(await ctx(), {})).data).toHaveLength(1);
  expect((await log.read(W, await log.head(W), { limit: 100 })).changes).toEqual([]);
});

test("no batch spans two sources", async () => {
  const [code, message] = await refusal(async () =>
    runBatch(await ctx(), [
      { op: "create", collection: "posts", data: { title: "here" } },
      { op: "create", collection: "letters", data: { title: "there" } },
    ]),
  );
  expect(code).toBe("UNSUPPORTED_BY_ADAPTER");
  expect(message).toContain("default and archive");
  const titles = async (slug: string) =>
    ((await listItems(await ctx(), slug, {})).data as Row[]).map((row) => row.title);
  expect([await titles("posts"), (await titles("letters")).toSorted()]).toEqual([["p"], ["a", "d"]]);
});

test("what only the built-in database can do is refused by name", async () => {
  const fields = [relation("letter", "letters")];
  expect(await refusal(async () => createCollection(await ctx(), { slug: "stamps", kind: "managed", fields }))).toEqual(
    ["VALIDATION", "fields.0.to: letters is in another data source, and relations do not leave theirs"],
  );
  const [code, message] = await refusal(async () => liveQuery(await ctx(), { collection: "letters" }));
  expect([code, message]).toEqual([
    "UNSUPPORTED_BY_ADAPTER",
    "letters is in the data source archive, which cannot do this: streams and live queries.",
  ]);
  const held = await acquireLock(await ctx(), { key: "k", hash: "h" });
  const { lock } = held as { lock: RequestContext["lock"] };
  const keyed = await refusal(async () => createItems({ ...(await ctx()), lock: lock! }, "letters", { title: "e" }));
  expect(keyed[0]).toBe("UNSUPPORTED_BY_ADAPTER");
});

test("a source that this server does not know is not connected", async () => {
  const engine = createEngine({ config: world.engine.config, clock: world.engine.clock, log: quiet });
  const other = await openEngine(builtIn);
  expect(engine.databases.size).toBe(0);
  expect(await refusal(async () => listItems(await other.ctx(), "letters", {}))).toEqual([
    "UNAVAILABLE",
    "The data source archive is not connected to this server.",
  ]);
  expect(await refusal(async () => listItems(await other.ctx(), "posts", {}))).toEqual(["nothing", ""]);
});

test("rules hold there as everywhere", async () => {
  const rule = { role: "public", collection: "letters", action: "read", condition: { title: { _eq: "a" } } };
  await createRule(await ctx(), createRuleSchema.parse(rule));
  const own = await ctx();
  const principal = { kind: "anonymous", workspaceId: W, roles: ["public"], bypass: false } as const;
  expect((await listItems({ ...own, principal }, "letters", {})).data).toHaveLength(1);
  const input = simulateSchema.parse({ collection: "letters", action: "read", roles: ["public"] });
  expect((await simulate(own, input)) as unknown as JsonObject).toMatchObject({ where: 't0."title" = likely(?1)' });
});

test("its table changes with its definition, and goes with it", async () => {
  await updateCollection(await ctx(), "letters", { fields: [{ ...text("from"), indexed: true }] });
  await createItems(await ctx(), "letters", { title: "f", from: "Ann" });
  expect((await listItems(await ctx(), "letters", { filter: { from: { _eq: "Ann" } } })).data).toHaveLength(1);
  await deleteField(await ctx(), "letters", "from", "from");
  await createItems(await ctx(), "letters", { title: "g" });
  const { log } = (await ctx()).source({ source: "archive" });
  const { changes } = await log.read(W, await log.start(), { limit: 100 });
  expect(changes.at(-1)!.after).toMatchObject({ title: "g" });
  expect(changes.at(-1)!.after).not.toHaveProperty("from");
  await deleteCollection(await ctx(), "letters", "letters");
  expect([await tables(archive), await tables(builtIn)]).toEqual([[], ["c_000000000001_posts"]]);
});

test("a table whose entry cannot follow is taken back", async () => {
  const definition = { slug: "drafts", kind: "managed" as const, source: "archive", fields: [text("title")] };
  const behind = await ctx();
  await createCollection(await ctx(), { ...definition, source: undefined });
  expect((await refusal(() => createCollection(behind, definition)))[0]).toBe("CONFLICT");
  expect(await tables(archive)).toEqual([]);
});

test("triggers and the length of its log are looked after like those of the built-in database", async () => {
  await createCollection(await ctx(), { slug: "notes", kind: "managed", source: "archive", fields: [text("title")] });
  for (const title of ["a", "b", "c"]) await createItems(await ctx(), "notes", { title });
  const { log } = (await ctx()).source({ source: "archive" });
  await builtIn.run({ sql: "update plinth_collections set logged = null where slug = 'notes'", params: [] });
  for (const suffix of ["insert", "update", "move", "delete"]) {
    const [trigger] = await archive.all({
      sql: `select name from sqlite_schema where type = 'trigger' and name like '%${suffix}'`,
      params: [],
    });
    await archive.run({ sql: `drop trigger "${trigger!.name}"`, params: [] });
  }
  expect(await ensureTriggers(builtIn)).toEqual([]);
  await tickFeatures(world.engine, builtIn);
  const before = await log.head(W);
  await createItems(await ctx(), "notes", { title: "d" });
  expect((await log.read(W, before, { limit: 10 })).changes).toHaveLength(1);
  expect(await log.trim({ before: 0, rows: 1, pass: 100 })).toMatchObject({ more: false });
  expect((await log.read(W, await log.start(), { limit: 10 })).changes.map(({ after }) => after!.title)).toEqual(["d"]);
  await deleteItem(await ctx(), "notes", ((await listItems(await ctx(), "notes", {})).data as Row[])[0]!.id as string);
});
