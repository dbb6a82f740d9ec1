import { expect, test } from "bun:test";
import { type Awaitable, type Json, type PlinthError, recover } from "@plinth/core";
import { aggregateItems, deleteItems, liveQuery, runBatch } from "../src/index.ts";
import { FAMILIES, KIDS } from "./kids.ts";
import { kidsSuite, refused } from "./kids-suite.ts";

await kidsSuite("plinth_query_cost_limit", (kids) => {
  const aggregates = async (maxScan: number, slug: string, body: object) => {
    const input = { aggregates: { n: { count: "*" } }, ...body };
    return aggregateItems(await kids.contextWith(maxScan), slug, input).catch((error: unknown) => error);
  };

  test("items that are read count, and not only those that are found", async () => {
    const message = "This would read more than 99 items of kids; filter by an indexed field.";
    expect(await aggregates(99, "kids", { filter: { name: { _contains: "nobody" } } })).toMatchObject(refused(message));
    expect(await aggregates(KIDS, "kids", { filter: { name: { _contains: "k9" } } })).toEqual([{ n: 11 }]);
  });

  test("what an index gives counts, and what it leaves out does not", async () => {
    expect(await aggregates(5, "kids", { filter: { age: 3, name: { _contains: "k" } } })).toEqual([{ n: 5 }]);
    const either = [{ age: 3 }, { age: 4, name: { _contains: "k" } }];
    expect(await aggregates(10, "kids", { filter: { $or: either } })).toEqual([{ n: 10 }]);
    expect(await aggregates(0, "kids", { filter: { age: { _in: [] } } })).toEqual([{ n: 0 }]);
    expect(await aggregates(4, "kids", { filter: { age: 3, name: "k3" } })).toMatchObject(
      refused("This would read more than 4 items of kids; an index on name and a narrower filter would help.", {
        field: "filter",
        max_scan: 4,
        index: "name",
      }),
    );
    expect(await aggregates(99, "kids", { filter: { $or: [{ age: 3 }, { name: "k3" }] } })).toMatchObject({
      details: { index: "name" },
    });
  });

  test("no index is asked for where there is one, or where none would help", async () => {
    const answered = async (filter: object) => {
      const { message, details } = (await aggregates(4, "kids", { filter })) as PlinthError;
      return [message.replace("This would read more than 4 items of kids; ", ""), details?.index];
    };
    expect(await answered({ age: 3 })).toEqual(["age has an index already, so narrow the filter.", undefined]);
    expect(await answered({ age: { _gt: 1 }, created_at: { _gt: "2020-01-01T00:00:00Z" } })).toEqual([
      "age and created_at have indexes already, so narrow the filter.",
      undefined,
    ]);
    const setting = "name (indexed_ignore_accents)";
    expect(await answered({ name: { _unaccent_starts_with: "k" } })).toEqual([
      `an index on ${setting} and a narrower filter would help.`,
      setting,
    ]);
    expect(await aggregates(0, "kids", { filter: { nickname: { _unaccent_eq: "k" } } })).toEqual([{ n: 0 }]);
    const unindexed = ["filter by an indexed field.", undefined];
    expect(await answered({ name: { _contains: "k" } })).toEqual(unindexed);
    expect(await answered({ $not: { name: "k" } })).toEqual(unindexed);
    expect(await answered({})).toEqual(unindexed);
  });

  // 100 kids, from them to 100 families, and from each to its 25 kids.
  const COUSINS = KIDS + KIDS + KIDS * (KIDS / FAMILIES);
  const beyond = (slug: string, maxScan: number, path: string) =>
    refused(
      `This would read more than ${maxScan} related items through ${path}; filter by fields of ${slug}, so that fewer items are followed.`,
      { field: "filter", max_scan: maxScan },
    );

  test("an aggregate through a shared parent counts for each item", async () => {
    const body = { aggregates: { s: { sum: "sum(family.kids.age)" } } };
    expect(await aggregates(COUSINS - 1, "kids", body)).toMatchObject(beyond("kids", COUSINS - 1, "family.kids"));
    expect(await aggregates(COUSINS, "kids", body)).toEqual([{ s: 25 * 950 }]);
    const narrow = { ...body, filter: { age: 3 } };
    expect(await aggregates(5 + 5 + 5 * 25, "kids", narrow)).toMatchObject([{ s: expect.any(Number) }]);
  });

  test("an aggregate over one's own list counts each item of the lists once", async () => {
    const body = { aggregates: { s: { max: "sum(kids.height)" } } };
    expect(await aggregates(FAMILIES + KIDS, "families", body)).toEqual([{ s: 637.5 }]);
    expect(await aggregates(FAMILIES + KIDS - 1, "families", body)).toMatchObject(
      beyond("families", FAMILIES + KIDS - 1, "kids"),
    );
  });

  test("lists that look at lists are bounded, by filter, sort and expansion", async () => {
    const filter = { "family.kids.name": "nobody" };
    expect(await kids.lists(COUSINS - 1, "kids", { filter })).toMatchObject(beyond("kids", COUSINS - 1, "family.kids"));
    expect(await kids.lists(COUSINS, "kids", { filter })).toMatchObject({ data: [] });
    const sort = "count(family.kids)";
    expect(await kids.lists(COUSINS - 1, "kids", { sort })).toMatchObject(beyond("kids", COUSINS - 1, "family.kids"));
    expect(await kids.lists(COUSINS, "kids", { sort, limit: 1 })).toMatchObject({ has_more: true });
    expect(await kids.lists(COUSINS, "kids", { sort, limit: 1, cursor: null })).toMatchObject(
      beyond("kids", COUSINS, "family.kids"),
    );
    const expand = { kids: { sort } };
    expect(await kids.lists(COUSINS - 1, "families", { expand })).toMatchObject(
      beyond("kids", COUSINS - 1, "family.kids"),
    );
  });

  test("what an aggregate says of related items is computed once for each item", async () => {
    const ctx = await kids.ctx();
    const { table } = ctx.catalog.collections.get("kids")!;
    let statement = "";
    const families = ctx.source(ctx.catalog.collections.get("families")!);
    const { store } = families;
    const aggregate: typeof store.aggregate = async (tree, bindings) => {
      ({ statement } = await store.explain(tree, bindings));
      return store.aggregate(tree, bindings);
    };
    const input = { aggregates: { s: { sum: "sum(kids.height)" } } };
    await aggregateItems(
      { ...ctx, source: () => ({ ...families, store: { ...store, aggregate } }) },
      "families",
      input,
    );
    expect(statement.split(`"${table}"`)).toHaveLength(2);
  });

  test("lists that follow very many relations are bounded as well", async () => {
    const filter = (conditions: number) => ({
      $or: Array.from({ length: conditions }, (_, i) => ({ "family.name": `nobody ${i}` })),
    });
    expect(await kids.lists(100 + 21 * 100, "kids", { filter: filter(21) })).toMatchObject({ data: [] });
    expect(await kids.lists(100 + 21 * 100 - 1, "kids", { filter: filter(21) })).toMatchObject(
      beyond("kids", 100 + 21 * 100 - 1, "family"),
    );
    expect(await kids.lists(1, "kids", { filter: filter(20) })).toMatchObject({ data: [] });
  });

  test("a list that tests very many conditions on each item is bounded by items and conditions", async () => {
    const filter = (conditions: number) => ({
      $or: Array.from({ length: conditions }, (_, i) => ({ name: { _icontains: `nobody ${i}` } })),
    });
    expect(await kids.lists(1, "kids", { filter: filter(8) })).toMatchObject({ data: [] });
    expect(await kids.lists(10 * KIDS, "kids", { filter: filter(40) })).toMatchObject({ data: [] });
    const message =
      "This would read more than 999 items of kids, each counted 10 times for its 40 conditions; an index on name and a narrower filter would help.";
    const { code, message: actual } = (await kids.lists(999, "kids", { filter: filter(40) })) as PlinthError;
    expect([code, actual.split(";")[0]]).toEqual(["LIMIT_EXCEEDED", message.split(";")[0]!]);
    // What an index finds is tested, and no more.
    const narrow = { $and: [{ age: 3 }, filter(40)] };
    expect(await kids.lists(5 * 11, "kids", { filter: narrow })).toMatchObject({ data: [] });
  });

  test("a live query is bounded as a list is, whether its window is kept in memory or not", async () => {
    const filter = {
      $or: Array.from({ length: 40 }, (_, i) => ({ name: { _icontains: `nobody ${i}` } })),
    };
    const ctx = await kids.contextWith(999);
    const live = liveQuery(ctx, { collection: "kids", filter });
    const error = async (read: () => Awaitable<unknown>) => ((await recover(read, (e) => e)) as PlinthError).code;
    expect(await error(() => live.read(ctx))).toBe("LIMIT_EXCEEDED");
    expect(await error(() => live.window!.read(ctx, 10))).toBe("LIMIT_EXCEEDED");
  });

  const many = (conditions: number, operator = "_contains") => ({
    $or: Array.from({ length: conditions }, (_, i) => ({ name: { [operator]: `nobody ${i}` } })),
  });
  const guards = async (maxScan: number, ...filters: Json[]) => {
    const operations = filters.map((filter) => ({ op: "guard", collection: "kids", filter, exists: false }));
    const ctx = await kids.contextWith(maxScan);
    return runBatch(ctx, operations as never).catch((error: unknown) => error);
  };

  test("the guards of a batch are bounded together, by items and conditions", async () => {
    expect(await guards(40 * KIDS, many(40))).toEqual({ data: [{ guard: true }] });
    const [code, details, refusal] = await guards(2 * 40 * KIDS - 1, many(40), many(40)).then((error) => {
      const { code, details, message } = error as PlinthError;
      return [code, details, message];
    });
    expect([code, details]).toEqual([
      "LIMIT_EXCEEDED",
      expect.objectContaining({ field: "operations.1.filter", operation: 1, max_scan: 7999 }),
    ]);
    expect(refusal).toStartWith(
      "operations.1.filter: This would read more than 7999 items of kids, each counted 40 times",
    );
    // Of a text without case, each twenty characters that it may have: the field's longest has 255.
    expect(await guards(40 * KIDS, many(40, "_unaccent_contains"))).toMatchObject({
      code: "LIMIT_EXCEEDED",
      message: expect.stringContaining("each counted 520 times for its 40 conditions"),
    });
    expect(await guards(520 * KIDS, many(40, "_icontains"))).toEqual({ data: [{ guard: true }] });
    // What an index finds is tested, and no more.
    expect(await guards(5 * 41, { $and: [{ age: 3 }, many(40)] })).toEqual({ data: [{ guard: true }] });
    // However much the reads of a request may take.
    const { maxScan } = (await kids.ctx()).engine.config;
    const filters = Array.from({ length: 25 }, () => many(240));
    expect(maxScan).toBeGreaterThan(25 * 60 * KIDS);
    expect(await guards(maxScan, ...filters)).toMatchObject({ details: { max_scan: 500_000 } });
    expect(await guards(maxScan, ...filters.slice(0, 10))).toMatchObject({
      data: [{ guard: true }, {}, {}, {}, {}, {}, {}, {}, {}, {}],
    });
  });

  test("the filter of a bulk write is bounded as that of a list is", async () => {
    const input = { filter: many(40) };
    expect(await deleteItems(await kids.contextWith(10 * KIDS), "kids", input)).toMatchObject({ deleted: 0 });
    const refusal = await deleteItems(await kids.contextWith(10 * KIDS - 1), "kids", input).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: "LIMIT_EXCEEDED", details: { field: "filter", max_scan: 999 } });
  });

  test("other lists are not", async () => {
    expect(await kids.lists(1, "kids", { filter: { "family.name": "f1" }, limit: 1 })).toMatchObject({
      has_more: true,
    });
  });
});
