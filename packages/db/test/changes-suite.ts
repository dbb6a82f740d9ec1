import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type Change,
  type ChangeLog,
  type Collection,
  DEFAULT_WORKSPACE_ID,
  FULL_ACCESS,
  type Mutation,
  type Row,
  type SqlDriver,
  type Store,
  toCollection,
} from "@plinth/core";
import { anyData, collectionBySlug, collections, notes, people, things } from "@plinth/core/testing";
import {
  changeLog,
  comparePositions,
  createTable,
  createTriggers,
  dialectOf,
  dropTriggers,
  migrate,
  sqlStore,
} from "@plinth/db";
import fc from "fast-check";
import { pagedRequests } from "./paged-requests.ts";
import { NO_BINDINGS, rowsOf } from "./world.ts";

const ALL = FULL_ACCESS.where;
const W = DEFAULT_WORKSPACE_ID;
const AT = "2024-05-01T10:00:00.000Z";

export interface LogWorld {
  driver: SqlDriver;
  store: Store;
  log: ChangeLog;
  defined: Map<string, Collection>;
  /** All changes since the last call. */
  news(): Promise<Change[]>;
  /** The same without waiting for running transactions. */
  settledNews(): Promise<Change[]>;
}

export async function openLogWorld(driver: SqlDriver): Promise<LogWorld> {
  await migrate(driver, Date.now);
  const dialect = dialectOf(driver);
  await driver.batch(collections.flatMap((one) => createTable(dialect, one, collectionBySlug)));
  const defined = new Map(collections.map((one) => [one.id, one]));
  const log = changeLog(driver, (_, id) => defined.get(id));
  let position = await log.head(W);
  const settledNews = async () => {
    const found: Change[] = [];
    for (let more = true; more; ) {
      const page = await log.read(W, position, { limit: 7 });
      found.push(...page.changes);
      position = page.next;
      more = page.more;
    }
    expect(found.map((change) => change.position).toSorted(comparePositions)).toEqual(
      found.map((change) => change.position),
    );
    return found;
  };
  const news = async () => {
    // The server has its own transactions, such as autovacuum's. A change is visible once all earlier ones have ended.
    const sql =
      "select 1 from plinth_changes where xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint limit 1";
    while (driver.dialect === "postgres" && (await driver.all({ sql, params: [] })).length > 0) await Bun.sleep(2);
    return settledNews();
  };
  return { driver, store: sqlStore(driver), log, defined, news, settledNews };
}

export function person(number: number, more: Row = {}): Row {
  const id = `00000000-0000-7000-8000-0000000001${String(number).padStart(2, "0")}`;
  const system = { created_at: AT, updated_at: AT, owner_id: null, version: 1 };
  return { id, name: `p${number}`, age: number, tags: null, boss: null, ...system, ...more };
}

const byId = (collection: Collection, id: string) =>
  ({ kind: "compare", ref: { field: collection.byName.get("id")! }, op: "eq", operand: { value: id } }) as const;

const summariesOf = (changes: readonly Change[]) =>
  changes.map((c) => [c.operation, c.item.slice(-2), c.actor, c.requestId]);

/** The guarantees of the change log, on one engine. */
export function changesSuite(name: string, open: () => SqlDriver | Promise<SqlDriver>, runs: number): void {
  describe(`the change log on ${name}`, () => {
    let world: LogWorld;
    beforeAll(async () => {
      world = await openLogWorld(await open());
    });
    afterAll(() => world.driver.close?.());
    const mutate = (trees: Mutation[], origin?: Parameters<Store["mutate"]>[2]) =>
      world.store.mutate(trees, NO_BINDINGS, origin);
    const clear = async () => {
      await mutate([things, people, notes].map((collection) => ({ kind: "delete", collection, where: ALL })));
      await world.news();
    };

    test("images are what reads give, for every type of field", async () => {
      await fc.assert(
        fc.asyncProperty(anyData, async (data) => {
          await clear();
          await mutate(
            [people, things, notes].flatMap((collection) => {
              const rows = rowsOf(data, collection);
              return rows.length > 0 ? [{ kind: "insert", collection, rows } as const] : [];
            }),
          );
          const after = new Map((await world.news()).map((change) => [change.item, change.after]));
          for (const collection of [people, things, notes]) {
            for (const row of rowsOf(data, collection)) {
              const logged = after.get(row.id as string);
              expect(logged).toEqual(row);
              if (collection.kind === "managed") expect(Object.keys(logged!)).toEqual([...collection.stored.keys()]);
            }
          }
        }),
        { numRuns: runs },
      );
    });

    test("a batch's changes carry who made it; writes around Plinth carry nobody", async () => {
      await clear();
      const origin = { actor: "user:u1", requestId: "r1" };
      await mutate([{ kind: "insert", collection: people, rows: [person(1), person(2)] }], origin);
      await world.driver.run({ sql: `update c_people set age = 9 where name = 'p1'`, params: [] });
      const where = byId(people, person(2).id as string);
      await mutate([{ kind: "update", collection: people, where, set: { age: 5 } }], { actor: null, requestId: "r2" });
      const news = await world.news();
      expect(summariesOf(news)).toEqual([
        ["insert", "01", "user:u1", "r1"],
        ["insert", "02", "user:u1", "r1"],
        ["update", "01", null, null],
        ["update", "02", null, "r2"],
      ]);
      expect(news[2]!.before).toEqual(person(1));
      expect(news[2]!.after).toEqual(person(1, { age: 9 }));
      expect(news[0]!.before).toBeNull();
      expect(Math.abs(Date.parse(news[0]!.at) - Date.now())).toBeLessThan(10_000);
    });

    test("what the database does by itself is in it: set null, cascade and an id that changes", async () => {
      await clear();
      const boss = person(1).id as string;
      await mutate([{ kind: "insert", collection: people, rows: [person(1), person(2, { boss })] }]);
      await world.news();
      await mutate([{ kind: "delete", collection: people, where: byId(people, boss) }], {
        actor: "user:u1",
        requestId: "r",
      });
      const news = await world.news();
      expect(summariesOf(news).toSorted()).toEqual([
        ["delete", "01", "user:u1", "r"],
        ["update", "02", "user:u1", "r"],
      ]);
      const update = news.find((change) => change.operation === "update")!;
      expect([update.before!.boss, update.after!.boss]).toEqual([boss, null]);
      const sql = `update c_people set id = '${person(3).id}'`;
      await world.driver.run({ sql, params: [] });
      expect(summariesOf(await world.news())).toEqual([
        ["delete", "02", null, null],
        ["insert", "03", null, null],
      ]);
    });

    test("a batch that fails leaves nothing in it, and no origin behind", async () => {
      await clear();
      const rows = [person(1), person(1)];
      const origin = { actor: "user:u1", requestId: "r" };
      await expect(mutate([{ kind: "insert", collection: people, rows }], origin)).rejects.toThrow();
      await mutate([{ kind: "insert", collection: people, rows: [person(4)] }]);
      expect(summariesOf(await world.news())).toEqual([["insert", "04", null, null]]);
    });

    test("pages go on without a gap, also past other collections", async () => {
      await clear();
      const position = await world.log.head(W);
      const rows = Array.from({ length: 20 }, (_, i) => person(i + 1));
      await mutate([{ kind: "insert", collection: people, rows }]);
      const first = await world.log.read(W, position, { limit: 8 });
      expect([first.changes.length, first.more]).toEqual([8, true]);
      const rest = await world.log.read(W, first.next, { limit: 12 });
      expect([rest.changes.length, rest.more, rest.next]).toEqual([12, false, rest.changes.at(-1)!.position]);
      const others = await world.log.read(W, position, { limit: 8, collectionIds: [things.id] });
      expect(others).toEqual({ changes: [], next: rest.next, more: false });
      expect((await world.log.read("another", position, { limit: 8 })).next).toBe(rest.next);
      expect(await world.log.touched(position)).toEqual({ workspaceIds: [W], next: rest.next });
      expect(await world.log.touched(rest.next)).toEqual({ workspaceIds: [], next: rest.next });
      expect(await world.log.head(W)).toBe(rest.next);
    });

    test("the changes of an item and of a request are found by indexes, newest first", async () => {
      await clear();
      const one = { actor: null, requestId: "find-1" };
      const two = { actor: null, requestId: "find-2" };
      const rows = [person(1), person(2), person(3)];
      await mutate([{ kind: "insert", collection: people, rows }], one);
      const first = byId(people, rows[0]!.id as string);
      for (const age of [5, 6]) await mutate([{ kind: "update", collection: people, where: first, set: { age } }], two);
      const item = { workspaceId: W, collectionId: people.id, item: rows[0]!.id as string };
      const all = await world.log.ofItem(item, { limit: 10 });
      const inLog = (await world.news()).filter((change) => change.item === item.item).toReversed();
      // Items of earlier tests had the same ids.
      expect(all.changes.slice(0, 3)).toEqual(inLog);
      const cut = await world.log.ofItem(item, { limit: 2 });
      expect([cut.changes.map(({ after }) => after!.age), cut.more]).toEqual([[6, 5], true]);
      const { position } = cut.changes[1]!;
      expect((await world.log.ofItem(item, { limit: 1, before: position })).changes).toEqual([inLog[2]!]);
      expect((await world.log.ofItem(item, { limit: 5, after: position })).changes).toEqual([inLog[0]!]);
      expect((await world.log.ofItem({ ...item, workspaceId: "another" }, { limit: 1 })).changes).toEqual([]);

      const heads = await world.log.ofRequests(W, ["find-2", "find-1"], { limit: 10 });
      expect(heads.map(({ operation, item: id }) => [operation, id.slice(-2)])).toEqual([
        ["update", "01"],
        ["update", "01"],
        ["insert", "03"],
        ["insert", "02"],
        ["insert", "01"],
      ]);
      const after = { limit: 10, before: heads[3]!.position };
      expect(await world.log.ofRequests(W, ["find-1"], after)).toEqual([heads[4]!]);
      expect(await world.log.ofRequests("another", ["find-1"], { limit: 1 })).toEqual([]);
      const at = heads.slice(1, 3).map((head) => head.position);
      const { changes, taken } = await world.log.at(W, at);
      expect([changes.map((change) => change.position), taken]).toEqual([at, 2]);
      expect((await world.log.at("another", at)).changes).toEqual([]);

      const { explain } = dialectOf(world.driver);
      for (const [index, where] of [
        ["plinth_changes_item", `collection_id = 'a' and item = 'b'`],
        ["plinth_changes_request", `request_id is not null and request_id in ('a', 'b')`],
      ]) {
        const select = `select 1 from plinth_changes where ${where}`;
        const plan = await world.driver.all({ sql: explain.statement(select), params: [] });
        // A small table is scanned by Postgres, whatever indexes it has.
        if (world.driver.dialect === "sqlite") expect(JSON.stringify(plan)).toContain(index!);
      }
    });

    test("requests are paged in the order of the log, also where a later transaction has written first", async () => {
      const isOrdered = world.driver.dialect !== "sqlite";
      expect(await pagedRequests(world)).toEqual(isOrdered ? ["late 2", "early 1"] : ["early 1", "late 2"]);
    });

    test("a malformed position is refused, and one beyond the log is gone", async () => {
      await expect(world.log.read(W, "7", { limit: 1 })).rejects.toThrow("not a position");
      await expect(world.log.read(W, "1.999999999999999999.1", { limit: 1 })).rejects.toThrow("not in this change log");
    });

    test("a wide collection, and columns that come and go", async () => {
      const fields = Array.from({ length: 70 }, (_, i) => ({ name: `f${i}`, type: "text" as const }));
      const identity = { id: "00000000-0000-7000-8000-000000000009", workspaceId: W, table: "c_wide", createdAt: AT };
      const wide = toCollection({ slug: "wide", kind: "managed", fields }, { ...identity, version: 1 });
      const dialect = dialectOf(world.driver);
      await clear();
      world.defined.set(wide.id, wide);
      await world.driver.batch(createTable(dialect, wide, collectionBySlug));
      const values = Object.fromEntries(fields.map(({ name }) => [name, `${name} "quoted"`]));
      const system = { created_at: AT, updated_at: AT, owner_id: null, version: 1 };
      const row: Row = { id: identity.id, ...values, ...system };
      await mutate([{ kind: "insert", collection: wide, rows: [row] }]);
      const narrow = toCollection(
        { slug: "wide", kind: "managed", fields: fields.slice(1) },
        { ...identity, version: 2 },
      );
      await world.driver.batch([
        ...dropTriggers(dialect, wide),
        { sql: "alter table c_wide drop column f0", params: [] },
        ...createTriggers(dialect, narrow),
      ]);
      await mutate([{ kind: "update", collection: narrow, where: ALL, set: { f1: "x" } }]);
      const before = await world.news();
      expect(before[0]!.after).toEqual(row);
      world.defined.set(wide.id, narrow);
      const { f0: _, ...less } = row;
      expect(before[1]!.after).toMatchObject({ f1: "x", f69: row.f69!, version: 2 });
      const all = await world.log.read(
        W,
        before[0]!.position.replace(/\d+$/, (n) => String(Number(n) - 1)),
        { limit: 2 },
      );
      expect(all.changes.map((change) => change.after)).toEqual([less, { ...less, f1: "x", version: 2 }]);
    });
  });
}
