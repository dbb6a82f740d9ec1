import { beforeAll, expect, test } from "bun:test";
import { anonymous, type Json, type JsonObject, PlinthError, type Row } from "@plinth/core";
import {
  aggregateItems,
  createCollection,
  createItems,
  createRule,
  createRuleSchema,
  deleteItem,
  getItem,
  listChanges,
  listItems,
  patchItem,
  patchItems,
  type RequestContext,
  replaceItem,
  runBatch,
  updateCollection,
  upsertItems,
} from "../src/index.ts";
import { onEachDatabase, openEngine, settled, W } from "./log-world.ts";
import { adopt, idOf, OTHER } from "./mapped-tables.ts";
import { listIn } from "./texts.ts";

async function refusal(act: () => Promise<unknown>): Promise<unknown[]> {
  try {
    await act();
  } catch (error) {
    if (error instanceof PlinthError) return [error.code, error.details?.field ?? null];
    throw error;
  }
  return ["nothing"];
}

await onEachDatabase("a table that Plinth did not make", (kind) => {
  let world: Awaited<ReturnType<typeof openEngine>>;
  let user: () => Promise<RequestContext>;
  const ids = Array.from({ length: 7 }, (_, i) => idOf(i + 1));
  const data = async (slug: string, input: JsonObject = {}): Promise<Row[]> =>
    (await listItems(await world.ctx(), slug, listIn(input))).data as Row[];
  const titles = async (input: JsonObject) => (await data("films", input)).map((row) => row.title);

  beforeAll(async () => {
    const open = await kind.createMigrated();
    let now = Date.parse("2026-01-01T00:00:00.000Z");
    world = await openEngine(open(), { now: () => now++, config: { maxScan: 1_000_000 } });
    await adopt(world.driver);
    user = async () => {
      const ctx = await world.ctx();
      return { ...ctx, principal: { ...anonymous(W), kind: "user", id: "u1", roles: ["public", "authenticated"] } };
    };
    const ctx = await world.ctx();
    await createItems(ctx, "people", [
      { id: idOf(100), name: "Ann" },
      { id: idOf(101), name: "Ben" },
    ]);
    for (const [i, id] of ids.entries()) {
      const body = { id, title: `film ${7 - i}`, rate: `${i}.99`, director: idOf(100 + (i % 2)) };
      await createItems(await world.ctx(), "films", body);
    }
  });

  test("shows the fields that it has, by the names that every collection uses", async () => {
    const { row, versioned } = await getItem(await world.ctx(), "films", ids[0]!);
    expect(Object.keys(row)).toEqual(["id", "title", "rate", "director", "updated_at"]);
    expect(row).toMatchObject({ id: ids[0]!, title: "film 7", rate: "0.99", director: idOf(100) });
    expect(String(row.updated_at)).toMatch(/^2026-01-01T00:00:00\.\d{3}Z$/);
    expect([versioned, row.version]).toEqual([true, undefined]);
    expect(await data("people")).toEqual([
      { id: idOf(100), name: "Ann" },
      { id: idOf(101), name: "Ben" },
    ]);
    const [stored] = await world.driver.all({
      sql: `select * from "Person" where person_id = '${idOf(100)}'`,
      params: [],
    });
    expect(stored).toEqual({ person_id: idOf(100), "Full Name": "Ann" });
  });

  test("is listed by id unless another order is asked for, and paged by key", async () => {
    expect((await data("films")).map(({ id }) => id)).toEqual(ids);
    expect(await titles({ sort: "title" })).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `film ${n}`));
    for (const sort of [undefined, "-updated_at", "-director,rate", "-director.name,title"]) {
      const all = await titles(sort === undefined ? {} : { sort });
      const paged: unknown[] = [];
      for (let cursor: string | null = null; ; ) {
        const page = await listItems(await world.ctx(), "films", {
          ...listIn(sort === undefined ? {} : { sort }),
          limit: 3,
          cursor,
        });
        paged.push(...(page.data as Row[]).map((row) => row.title));
        cursor = page.next_cursor as string | null;
        if (cursor === null) break;
      }
      expect([sort, paged]).toEqual([sort, all]);
    }
  });

  test("is filtered, joined and counted, both ways along its relations", async () => {
    const found = async (filter: JsonObject) => (await data("films", { filter })).length;
    expect(await found({ director: { name: { _eq: "Ann" } } })).toBe(4);
    expect(await found({ id: { _in: ids.slice(0, 2) } })).toBe(2);
    expect(await found({ rate: { _gte: "4.99" }, updated_at: { _null: false } })).toBe(3);
    const fans = { films: { _some: { title: { _eq: "film 6" } } } };
    expect((await data("people", { filter: fans })).map((row) => row.name)).toEqual(["Ben"]);
    const [ann] = await data("people", { expand: "films.director", limit: 1 });
    expect((ann!.films as JsonObject[]).map((film) => [film.id, (film.director as JsonObject).name])).toEqual(
      [0, 2, 4, 6].map((i) => [ids[i]!, "Ann"]),
    );
    const byFilms = await data("people", { sort: "count(films)", fields: "name" });
    expect(byFilms.map((row) => row.name)).toEqual(["Ben", "Ann"]);
    const groups = await aggregateItems(await world.ctx(), "films", {
      aggregates: { total: { sum: "rate" } },
      group_by: ["director.name"],
      sort: [{ path: "total", direction: "desc" }],
    });
    expect(groups.map((row) => row.total)).toEqual(["15.96", "11.97"]);
  });

  test("is changed by each kind of write, and the log has all of them", async () => {
    const { driver } = world;
    await settled(driver);
    const { next } = await listChanges(await world.ctx(), { limit: 1000 } as never);
    const ctx = await world.ctx();
    const [id, gone] = [idOf(50), idOf(51)];
    await runBatch(ctx, [
      { op: "create", collection: "films", data: { id, title: "new", director: idOf(100) } },
      { op: "create", collection: "films", data: { id: gone, title: "gone" } },
    ]);
    await patchItem(await world.ctx(), "films", id, { title: "patched" });
    await patchItem(await world.ctx(), "people", idOf(101), {});
    await replaceItem(await world.ctx(), "films", id, { title: "replaced", rate: "1.50" });
    await runBatch(await world.ctx(), [
      { op: "update", collection: "films", id, data: { rate: { $inc: 2 } } },
      { op: "delete", collection: "films", id: gone },
      { op: "guard", collection: "films", filter: { id: { _eq: id } }, exists: true },
    ]);
    const bulk = await patchItems(await world.ctx(), "films", { filter: { id: { _eq: id } } }, { director: idOf(101) });
    expect(bulk).toMatchObject({ matched: 1, updated: 1 });
    expect((await getItem(await world.ctx(), "films", id)).row).toMatchObject({ rate: "3.50", director: idOf(101) });
    await deleteItem(await world.ctx(), "films", id);
    await settled(driver);
    const { data: changes } = await listChanges(await world.ctx(), { after: next as string });
    const summaries = (changes as JsonObject[]).map(({ collection, item, operation, after }) => [
      collection,
      item,
      operation,
      (after as JsonObject | null)?.title ?? null,
    ]);
    expect(summaries).toEqual([
      ["films", id, "insert", "new"],
      ["films", gone, "insert", "gone"],
      ["films", id, "update", "patched"],
      ["people", idOf(101), "update", null],
      ["films", id, "update", "replaced"],
      ["films", id, "update", "replaced"],
      ["films", gone, "delete", null],
      ["films", id, "update", "replaced"],
      ["films", id, "delete", null],
    ]);
    const last = (changes as JsonObject[]).at(-1)!.before as JsonObject;
    expect(last).toEqual({ id, title: "replaced", rate: "3.50", director: idOf(101), updated_at: expect.any(String) });
    expect(String(last.updated_at)).toMatch(/^2026-01-01T00:00:0\d\.\d{3}Z$/);
  });

  test("a statement written around Plinth is in the log by the id that the table has", async () => {
    const { driver } = world;
    await settled(driver);
    const { next } = await listChanges(await world.ctx(), { limit: 1000 } as never);
    const run = (sql: string) => driver.run({ sql, params: [] });
    await run(`insert into film (film_id, title) values ('${OTHER}', 'around')`);
    await run(`update film set film_id = '${idOf(60)}' where film_id = '${OTHER}'`);
    await run(`delete from film where film_id = '${idOf(60)}'`);
    await settled(driver);
    const { data: changes } = await listChanges(await world.ctx(), { after: next as string });
    expect((changes as JsonObject[]).map(({ item, operation }) => [item, operation])).toEqual([
      [OTHER, "insert"],
      [OTHER, "delete"],
      [idOf(60), "insert"],
      [idOf(60), "delete"],
    ]);
  });

  test("what it lacks is refused by name", async () => {
    const ctx = await world.ctx();
    const when = { versions: [1] };
    expect(await refusal(() => patchItem(ctx, "films", ids[0]!, { title: "x" }, when))).toEqual([
      "PRECONDITION_FAILED",
      null,
    ]);
    expect(await refusal(() => deleteItem(ctx, "films", ids[0]!, when))).toEqual(["PRECONDITION_FAILED", null]);
    expect(await refusal(() => createItems(ctx, "films", { title: "x", owner_id: "u1" }))).toEqual([
      "UNKNOWN_FIELD",
      "owner_id",
    ]);
    expect(await refusal(() => data("films", { sort: "created_at" }))).toEqual(["UNKNOWN_FIELD", "sort"]);
    expect(await refusal(() => data("films", { filter: { version: { _eq: 1 } } }))).toEqual([
      "UNKNOWN_FIELD",
      "filter.version",
    ]);
    const rule = (rest: JsonObject) =>
      refusal(async () =>
        createRule(ctx, createRuleSchema.parse({ role: "public", collection: "films", action: "read", ...rest })),
      );
    expect(await rule({ condition: { owner_id: { _eq: "$user.id" } } })).toEqual([
      "UNKNOWN_FIELD",
      "condition.owner_id",
    ]);
    expect(await rule({ fields: ["title", "owner_id"] })).toEqual(["UNKNOWN_FIELD", "fields.1"]);
    expect(await rule({ action: "create", presets: { owner_id: "$user.id" } })).toEqual([
      "UNKNOWN_FIELD",
      "presets.owner_id",
    ]);
    const upsert = { on_conflict: ["id"] };
    expect((await refusal(() => upsertItems(ctx, "films", upsert, { id: ids[0]!, title: "x" })))[0]).toBe("VALIDATION");
    expect((await refusal(() => updateCollection(ctx, "films", { default_sort: "-created_at" })))[0]).toBe(
      "UNKNOWN_FIELD",
    );
    expect((await getItem(ctx, "films", ids[0]!)).row.title).toBe("film 7");
  });

  test("rules decide what becomes of its rows; one about every collection takes an absent owner for nobody", async () => {
    const define = async (rule: JsonObject) =>
      createRule(await world.ctx(), createRuleSchema.parse({ role: "authenticated", ...rule }));
    await define({ collection: "*", action: "read", condition: { owner_id: { _eq: "$user.id" } } });
    expect((await listItems(await user(), "films", {})).data).toEqual([]);
    await define({ collection: "films", action: "read", condition: { title: { _neq: "film 1" } } });
    expect((await listItems(await user(), "films", {})).data).toHaveLength(6);
    await define({
      collection: "*",
      action: "read",
      effect: "deny",
      condition: { owner_id: { _null: true }, id: { _eq: ids[0]! } },
    });
    expect((await listItems(await user(), "films", {})).data).toHaveLength(5);
    const check = { title: { _starts_with: "film" } };
    await define({ collection: "films", action: "update", condition: { rate: { _lt: "3.00" } }, check });
    const patch = async (id: string, title: string) =>
      refusal(async () => patchItem(await user(), "films", id, { title }));
    expect(await patch(ids[1]!, "other")).toEqual(["FORBIDDEN", null]);
    expect(await patch(ids[5]!, "film 2b")).toEqual(["ITEM_NOT_FOUND", null]);
    expect(await patch(ids[1]!, "film 6b")).toEqual(["nothing"]);
    expect((await getItem(await world.ctx(), "films", ids[1]!)).row.title).toBe("film 6b");
  });

  test("Plinth's own collections refer to it", async () => {
    const fields = [{ name: "film", type: "relation", to: "films", on_delete: "restrict" }];
    await createCollection(await world.ctx(), { slug: "reviews", kind: "managed", fields } as never);
    await createItems(await world.ctx(), "reviews", { film: ids[2]! });
    expect(await refusal(async () => createItems(await world.ctx(), "reviews", { film: OTHER }))).toEqual([
      "REFERENCE_NOT_FOUND",
      "film",
    ]);
    expect((await refusal(async () => deleteItem(await world.ctx(), "films", ids[2]!)))[0]).toBe("REFERENCE_IN_USE");
    const [review] = await data("reviews", { expand: "film.director" });
    expect(review).toMatchObject({
      film: { id: ids[2]!, director: { name: "Ann" } },
      version: 1,
    } as Json as JsonObject);
  });
});
