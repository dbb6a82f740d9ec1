import { beforeAll, describe, expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import {
  type BulkInput,
  createItems,
  createRule,
  createRuleSchema,
  deleteItems,
  listItems,
  patchItem,
  patchItems,
  type RequestContext,
  upsertItems,
} from "../src/index.ts";
import { listIn } from "./texts.ts";
import { openWorld, userOf, type World } from "./transfer-support.ts";

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await world.create({
    slug: "stock",
    kind: "managed",
    fields: [
      { name: "sku", type: "text", unique: true, required: true },
      { name: "shop", type: "text" },
      { name: "slot", type: "integer" },
      { name: "n", type: "integer", default: 1, min: 0 },
    ],
    unique_together: [["shop", "slot"]],
  } as never);
  const rows = Array.from({ length: 20 }, (_, i) => ({ sku: `s${i}`, shop: i % 2 ? "x" : "y", slot: i, n: i }));
  await createItems(await world.ctx(), "stock", rows);
});

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "NONE",
    (error) => [error.code, error.details?.field],
  );
const filter = (value: JsonObject, rest: BulkInput = {}): BulkInput => ({ filter: value, ...rest });

describe("upsert", () => {
  test("inserts, updates and ignores, and says so", async () => {
    const body = [
      { sku: "s1", n: 100 },
      { sku: "new", n: 5 },
    ];
    const merged = await upsertItems(await world.ctx(), "stock", { on_conflict: ["sku"] }, body);
    expect(merged.meta).toEqual({ inserted: 1, updated: 1, ignored: 0, results: ["updated", "inserted"] });
    expect(merged.data).toMatchObject([
      { sku: "s1", n: 100, shop: "x", slot: 1, version: 2 },
      { sku: "new", n: 5, version: 1 },
    ]);
    const ignored = await upsertItems(
      await world.ctx(),
      "stock",
      { on_conflict: ["shop", "slot"], resolution: "ignore" },
      {
        sku: "other",
        shop: "x",
        slot: 1,
      },
    );
    expect(ignored).toMatchObject({ data: { sku: "s1", n: 100 }, meta: { inserted: 0, updated: 0, ignored: 1 } });
    const twice = [
      { sku: "s2", n: 7 },
      { sku: "s2", n: 8 },
    ];
    const repeated = await upsertItems(await world.ctx(), "stock", { on_conflict: ["sku"] }, twice);
    expect(repeated.meta).toEqual({ inserted: 0, updated: 2, ignored: 0, results: ["updated", "updated"] });
    const nulls = [
      { sku: "n1", shop: null, slot: 1 },
      { sku: "n2", shop: null, slot: 1 },
    ];
    const fresh = await upsertItems(await world.ctx(), "stock", { on_conflict: ["shop", "slot"] }, nulls);
    expect(fresh).toMatchObject({ data: [{ sku: "n1" }, { sku: "n2" }], meta: { inserted: 2 } });
  });

  test("needs a unique set", async () => {
    const ctx = await world.ctx();
    expect(await codeOf(upsertItems(ctx, "stock", { on_conflict: ["n"] }, { sku: "a" }))).toEqual([
      "VALIDATION",
      "on_conflict",
    ]);
    expect(
      await codeOf(upsertItems(ctx, "stock", { on_conflict: ["sku"] }, { sku: "s1", shop: "y", slot: 2 })),
    ).toEqual(["UNIQUE_VIOLATION", "shop"]);
  });

  test("stays within the rules", async () => {
    for (const action of ["create", "update", "read"])
      await createRule(
        await world.ctx(),
        createRuleSchema.parse({ role: "authenticated", collection: "stock", action, condition: { shop: "x" } }),
      );
    const as = await world.ctx(userOf("u"));
    expect(await codeOf(upsertItems(as, "stock", { on_conflict: ["sku"] }, { sku: "s2", shop: "x", n: 0 }))).toEqual([
      "FORBIDDEN",
      undefined,
    ]);
    expect(await codeOf(upsertItems(as, "stock", { on_conflict: ["sku"] }, { sku: "s3", shop: "y", n: 0 }))).toEqual([
      "FORBIDDEN",
      undefined,
    ]);
    expect(
      (await upsertItems(as, "stock", { on_conflict: ["sku"] }, { sku: "s3", shop: "x", n: 0 })).data,
    ).toMatchObject({
      n: 0,
      slot: 3,
    });
    expect(await patchItems(as, "stock", filter({ n: { _gte: 0 } }), { n: { $inc: 1 } })).toMatchObject({
      matched: 10,
      updated: 10,
    });
    expect(await codeOf(patchItems(as, "stock", filter({ sku: "s3" }), { shop: "y" }))).toEqual([
      "FORBIDDEN",
      undefined,
    ]);
  });
});

describe("a bulk write", () => {
  test("is capped, tried out, and done", async () => {
    const ctx = await world.ctx();
    const odd = { shop: "x", slot: { _gt: 10 } };
    expect(await patchItems(ctx, "stock", filter(odd, { dryRun: true }), { n: 0 })).toEqual({
      matched: 5,
      updated: 0,
      dry_run: true,
    });
    expect(await codeOf(patchItems(ctx, "stock", filter(odd, { limit: 4 }), { n: 0 }))).toEqual([
      "LIMIT_EXCEEDED",
      "limit",
    ]);
    expect(await patchItems(ctx, "stock", filter(odd, { limit: 5 }), { shop: "z", n: { $inc: -3 } })).toMatchObject({
      matched: 5,
      updated: 5,
    });
    expect(await codeOf(patchItems(ctx, "stock", filter({ shop: "z" }), { n: { $inc: -1000 } }))).toEqual([
      "VALIDATION",
      "n",
    ]);
    expect(await deleteItems(ctx, "stock", filter({ shop: "z" }))).toEqual({
      matched: 5,
      deleted: 5,
      dry_run: false,
    });
    expect(await codeOf(deleteItems(ctx, "stock", filter({})))).toEqual(["VALIDATION", "filter"]);
    expect(await codeOf(deleteItems(ctx, "stock", { all: true }))).toEqual(["VALIDATION", "filter"]);
    expect(await deleteItems(ctx, "stock", filter({ shop: "nowhere" }))).toMatchObject({ matched: 0, deleted: 0 });
  });
});

describe("an item that stops matching between the selection and the write", () => {
  /** Runs `change` once the items are selected. */
  const changing = async (change: () => Promise<unknown>): Promise<RequestContext> => {
    const ctx = await world.ctx();
    return {
      ...ctx,
      source(collection) {
        const source = ctx.source(collection);
        const find: typeof source.store.find = async (...args) => {
          const found = await source.store.find(...args);
          await change();
          return found;
        };
        return { ...source, store: { ...source.store, find } };
      },
    };
  };

  test.each(["patched", "deleted"])("is not %s", async (done) => {
    const stock = [`${done}-a`, `${done}-b`].map((sku) => ({ sku, shop: done, n: 1 }));
    const [first] = (await createItems(await world.ctx(), "stock", stock)) as JsonObject[];
    const ctx = await changing(async () => patchItem(await world.ctx(), "stock", first!.id as string, { n: 2 }));
    const matching = filter({ shop: done, n: 1 });
    const result =
      done === "patched" ? patchItems(ctx, "stock", matching, { n: 9 }) : deleteItems(ctx, "stock", matching);
    expect(await result).toMatchObject({ matched: 2, [done === "patched" ? "updated" : "deleted"]: 1 });
    const { data } = await listItems(await world.ctx(), "stock", listIn({ filter: { shop: done }, sort: "n" }));
    expect((data as JsonObject[]).map(({ n }) => n)).toEqual(done === "patched" ? [2, 9] : [2]);
  });
});
