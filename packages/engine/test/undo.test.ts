import { afterEach, expect, test } from "bun:test";
import { type Json, type JsonObject, PlinthError, type SqlDriver, uuidv7 } from "@plinth/core";
import {
  createCollection,
  createItems,
  deleteCollection,
  deleteField,
  deleteItem,
  FEATURES,
  itemHistory,
  listItems,
  logReader,
  migrate,
  patchItem,
  patchItems,
  type RequestContext,
  runBatch,
  undo,
  updateCollection,
} from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine, settled, W } from "./log-world.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

await onEachDatabase("undo", undoSuite);

interface Hook {
  /** Runs before the nth batch from now. */
  before?: { n: number; work: () => unknown } | undefined;
}

/** With so few statements to a batch, an undo has slices of ten changes. */
const FEW_STATEMENTS = 42;

async function open(kind: LogDatabases, maxBatch?: number) {
  const connect = await kind.createMigrated();
  const real = connect();
  closing.push(() => real.close?.());
  await migrate(real, Date.now, FEATURES);
  const hook: Hook = {};
  const driver: SqlDriver = {
    ...real,
    capabilities: { ...real.capabilities, ...(maxBatch !== undefined && { maxBatch }) },
    async batch(queries) {
      const { before } = hook;
      if (before && --before.n === 0) {
        hook.before = undefined;
        await before.work();
      }
      return real.batch(queries);
    },
  };
  const { ctx: contextOf, engine } = await openEngine(driver);
  const ctx = async (): Promise<RequestContext> => ({ ...(await contextOf()), requestId: uuidv7(Date.now()) });
  const define = async () => {
    await createCollection(await ctx(), {
      slug: "makers",
      kind: "managed",
      fields: [
        { name: "name", type: "text", unique: true },
        { name: "size", type: "integer" },
      ],
    });
    const maker = { name: "maker", type: "relation", to: "makers", on_delete: "cascade" } as const;
    await createCollection(await ctx(), {
      slug: "things",
      kind: "managed",
      fields: [{ name: "n", type: "integer" }, { name: "title", type: "text" }, maker],
    });
  };
  const rows = async (slug: string) => {
    const page = await listItems(await ctx(), slug, { limit: 1000 });
    return (page.data as JsonObject[])
      .map(({ updated_at: _, version: __, ...row }) => row)
      .toSorted((a, b) => String(a.id).localeCompare(String(b.id)));
  };
  return { driver, engine, ctx, define, rows, hook };
}

const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof PlinthError)) throw error;
      return [error.code, (error.details?.conflicts as { reason: string; fields: string[] }[])?.map((c) => c.reason)];
    },
  );

const numbers = (count: number, more: JsonObject = {}): Json[] =>
  Array.from({ length: count }, (_, n) => ({ n, ...more }));

function undoSuite(kind: LogDatabases): void {
  test("what fits into no batch is undone in slices, and so is what a cascade took along", async () => {
    const { ctx, define, rows } = await open(kind, FEW_STATEMENTS);
    await define();
    const maker = (await createItems(await ctx(), "makers", { name: "m" })) as { id: string };
    const making = await ctx();
    for (const part of [1, 2, 3])
      await createItems(making, "things", numbers(15, { maker: maker.id, title: `${part}` }));
    const before = { makers: await rows("makers"), things: await rows("things") };
    const deleting = await ctx();
    await deleteItem(deleting, "makers", maker.id);
    expect(await rows("things")).toEqual([]);
    const seen: number[] = [];
    const redoing = await ctx();
    const result = await undo(redoing, { request_id: deleting.requestId! }, ({ restored }) => seen.push(restored));
    expect(result).toMatchObject({ changes: 46, restored: 46, atomic: false, conflicts: [] });
    expect(seen.length).toBeGreaterThan(2);
    expect({ makers: await rows("makers"), things: await rows("things") }).toEqual(before);
    expect(await undo(await ctx(), { request_id: redoing.requestId! })).toMatchObject({ deleted: 46 });
    expect(await rows("things")).toEqual([]);
    expect(await undo(await ctx(), { requests: [redoing.requestId!] })).toMatchObject({ deleted: 0, restored: 0 });
  });

  test("one that breaks off has done whole slices, and goes on when it is sent again", async () => {
    const { ctx, define, rows, hook } = await open(kind, FEW_STATEMENTS);
    await define();
    await createItems(await ctx(), "things", numbers(30, { title: "before" }));
    const before = await rows("things");
    const changing = await ctx();
    for (const n of [0, 1, 2, 3, 4])
      await patchItems(changing, "things", { filter: { n: { _lt: 30 } } }, { title: `after ${n}` });
    hook.before = { n: 3, work: () => Promise.reject(new Error("the server died")) };
    await expect(undo(await ctx(), { request_id: changing.requestId! })).rejects.toThrow("the server died");
    const between = new Set((await rows("things")).map(({ title }) => title));
    expect([...between].toSorted()).toEqual(["after 3", "after 4"]);
    const result = await undo(await ctx(), { request_id: changing.requestId! });
    expect(result).toMatchObject({ changes: 150, conflicts: [] });
    expect(await rows("things")).toEqual(before);
  });

  test("one that meets a conflict between two slices says that what was written stays", async () => {
    const { ctx, define, rows, hook } = await open(kind, FEW_STATEMENTS);
    await define();
    await createItems(await ctx(), "things", numbers(30, { title: "before" }));
    const changing = await ctx();
    await patchItems(changing, "things", { filter: { n: { _lt: 30 } } }, { title: "after" });
    const rename = async () => patchItems(await ctx(), "things", { filter: { title: "after" } }, { title: "other" });
    hook.before = { n: 3, work: rename };
    const { stopped, changed } = await undo(await ctx(), { request_id: changing.requestId! });
    expect([stopped?.code, changed]).toEqual(["CONFLICT", 20]);
    expect(stopped?.message).toContain("What was written stays");
    expect(stopped?.message).not.toContain("Nothing was written");
    expect(Map.groupBy(await rows("things"), ({ title }) => title).get("before")).toHaveLength(20);
  });

  test("what others write meanwhile is not lost: it is a conflict, or stays", async () => {
    const { ctx, define, rows, hook } = await open(kind);
    await define();
    const made = (await createItems(await ctx(), "things", numbers(2, { title: "a" }))) as { id: string }[];
    const changing = await ctx();
    await patchItems(changing, "things", { filter: { title: "a" } }, { title: "b" });
    const other = (id: string, data: JsonObject) => async () => patchItem(await ctx(), "things", id, data);
    hook.before = { n: 1, work: other(made[0]!.id, { title: "c" }) };
    expect(await refusalOf(undo(await ctx(), { request_id: changing.requestId! }))).toEqual(["CONFLICT", ["changed"]]);
    expect((await rows("things")).map(({ title }) => title).toSorted()).toEqual(["b", "c"]);
    hook.before = { n: 1, work: other(made[1]!.id, { n: 7 }) };
    const result = await undo(await ctx(), { request_id: changing.requestId!, on_conflict: "skip" });
    expect(result).toMatchObject({ changed: 1, skipped: 1 });
    expect((await rows("things")).map(({ n, title }) => [n, title]).toSorted()).toEqual([
      [0, "c"],
      [7, "a"],
    ]);
    const creating = await ctx();
    const [late] = (await createItems(creating, "things", numbers(3))) as { id: string }[];
    hook.before = { n: 1, work: other(late!.id, { title: "late" }) };
    expect(await refusalOf(undo(await ctx(), { request_id: creating.requestId! }))).toEqual(["CONFLICT", ["changed"]]);
    expect(await rows("things")).toHaveLength(5);
  });

  test("two at once undo it once", async () => {
    const { ctx, define, rows, driver, engine } = await open(kind);
    await define();
    const making = await ctx();
    await createItems(making, "things", numbers(50));
    const contexts = [await ctx(), await ctx()];
    const both = await Promise.all(contexts.map((each) => undo(each, { request_id: making.requestId! })));
    expect(both.map(({ deleted }) => deleted)).toContain(50);
    expect(await rows("things")).toEqual([]);
    const ids = contexts.map(({ requestId }) => requestId!);
    const heads = await logReader(engine, driver).ofRequests(W, ids, { limit: 200 });
    expect(heads.map(({ operation }) => operation)).toEqual(Array(50).fill("delete"));
  });

  test("fields and collections that were deleted since are left out, and named", async () => {
    const { ctx, define, rows } = await open(kind);
    await define();
    const [kept] = (await createItems(await ctx(), "things", numbers(1, { title: "a" }))) as { id: string }[];
    const changing = await ctx();
    await runBatch(changing, [
      { op: "update", collection: "things", id: kept!.id, data: { n: 5, title: "b" } },
      { op: "create", collection: "makers", data: { name: "gone" } },
    ]);
    await deleteField(await ctx(), "things", "title", "title");
    await deleteField(await ctx(), "things", "maker", "maker");
    await updateCollection(await ctx(), "things", { fields: [{ name: "added", type: "text" }] });
    await deleteCollection(await ctx(), "makers", "makers");
    const input = { request_id: changing.requestId! };
    expect(await refusalOf(undo(await ctx(), input))).toEqual(["CONFLICT", ["collection_deleted"]]);
    const result = await undo(await ctx(), { ...input, on_conflict: "skip" });
    expect(result).toMatchObject({ changed: 1, skipped: 1, conflicts: [{ collection: null }] });
    expect(await rows("things")).toMatchObject([{ n: 0, added: null }]);
    const deleting = await ctx();
    await deleteItem(deleting, "things", kept!.id);
    const required = { name: "must", type: "text", required: true, default: "x" } as const;
    await updateCollection(await ctx(), "things", { fields: [required] });
    expect(await undo(await ctx(), { request_id: deleting.requestId! })).toMatchObject({ restored: 1 });
    expect(await rows("things")).toMatchObject([{ id: kept!.id, must: "x" }]);
  });

  test("what the log has lost is gone, and a history says where it begins", async () => {
    const { ctx, define, driver, engine } = await open(kind);
    await define();
    const making = await ctx();
    const [made, untouched] = (await createItems(making, "things", numbers(3))) as { id: string }[];
    await Bun.sleep(5);
    const changing = await ctx();
    await patchItem(changing, "things", made!.id, { n: 9 });
    await settled(driver);
    const log = logReader(engine, driver);
    expect((await itemHistory(await ctx(), "things", made!.id, { limit: 10 })).complete).toBe(true);
    await log.trim({ before: 0, rows: 2, pass: 100 });
    const lost = await undo(await ctx(), { request_id: making.requestId! }).catch((error: unknown) => error);
    expect(lost).toMatchObject({ code: "GONE", details: { changes_left: 1, log_start: await log.start() } });
    const history = await itemHistory(await ctx(), "things", made!.id, { limit: 10 });
    expect(history).toMatchObject({ complete: false, has_more: false, log_start: await log.start() });
    expect(history.data.map(({ operation }) => operation)).toEqual(["update"]);
    const same = { item: { collection: "things", id: untouched!.id }, to: history.data[0]!.position };
    expect(await undo(await ctx(), same)).toMatchObject({ changed: 0, restored: 0, deleted: 0 });
    const item = { collection: "things", id: made!.id };
    expect(await refusalOf(undo(await ctx(), { item, to: "1.0.1" }))).toEqual(["GONE", undefined]);
    expect(await undo(await ctx(), { request_id: changing.requestId! })).toMatchObject({ changed: 1 });
    expect(await refusalOf(undo(await ctx(), { request_id: uuidv7(Date.now()) }))).toEqual(["NOT_FOUND", undefined]);
  });
}
