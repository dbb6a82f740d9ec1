import { expect, test } from "bun:test";
import { type Principal, variablesOf } from "@plinth/core";
import { createCollection, createItems, createRule, createRuleSchema, listItems } from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine, W } from "./log-world.ts";

const ITEMS = 1000;

await onEachDatabase("count=estimate", (kind) => {
  test("is near what there is", () => estimate(kind));
  test("reveals nothing of items that a rule hides", () => hiddenItems(kind));
});

async function estimate({ create }: LogDatabases): Promise<void> {
  const driver = (await create())();
  const { ctx, define } = await openEngine(driver);
  await define();
  for (let from = 0; from < ITEMS; from += 100) {
    const items = Array.from({ length: 100 }, (_, n) => ({ n: from + n }));
    await createItems(await ctx(), "posts", items);
  }
  const counts = { filter: true, total: true, estimate: true };
  const input = { filter: { n: { _gte: ITEMS - 250 } }, counts, limit: 1 };
  const counted = async () => (await listItems(await ctx(), "posts", input)).meta!;
  if (driver.dialect === "sqlite") {
    // This engine makes no estimate, so the rows are counted.
    expect(await counted()).toEqual({ filter_count: 250, total_count: ITEMS });
  } else {
    await driver.run({ sql: "analyze", params: [] });
    const { filter_count, total_count } = (await counted()) as { filter_count: number; total_count: number };
    expect(Math.abs(total_count - ITEMS)).toBeLessThan(ITEMS / 10);
    expect(Math.abs(filter_count - 250)).toBeLessThan(50);
  }
  await driver.close?.();
}

const anyone: Principal = { kind: "key", id: "k2", workspaceId: W, roles: ["public"], bypass: false };

/** A database estimates from all items, so an estimate would tell how many hidden ones have a value. */
async function hiddenItems({ create }: LogDatabases): Promise<void> {
  const driver = (await create())();
  const { ctx } = await openEngine(driver, { config: { maxScan: 50 } });
  const fields = [
    { name: "code", type: "text" as const },
    { name: "open", type: "boolean" as const },
  ];
  await createCollection(await ctx(), { slug: "deals", kind: "managed", fields });
  const rule = { role: "public", collection: "deals", action: "read", condition: { open: true } };
  await createRule(await ctx(), createRuleSchema.parse(rule));
  const items = Array.from({ length: 400 }, (_, n) => ({ code: n % 4 === 0 ? "shown" : "merger", open: n % 4 === 0 }));
  await createItems(await ctx(), "deals", items);
  if (driver.dialect === "postgres") await driver.run({ sql: "analyze", params: [] });
  const counts = { filter: true, total: true, estimate: true };
  const metaOf = async (code: string, limit: number) => {
    const now = await ctx();
    const limited = { ...now, principal: anyone, variables: variablesOf(anyone, now.now) };
    return (await listItems(limited, "deals", { filter: { code: { _starts_with: code } }, counts, limit })).meta;
  };
  const most = 50;
  expect(await metaOf("merger", 1)).toEqual({ filter_count: 0, total_count: most });
  expect(await metaOf("absent", 1)).toEqual({ filter_count: 0, total_count: most });
  expect(await metaOf("shown", 1)).toEqual({ filter_count: most, total_count: most });
  // A page that holds everything knows its number.
  expect(await metaOf("shown", 200)).toEqual({ filter_count: 100, total_count: most });
  await driver.close?.();
}
