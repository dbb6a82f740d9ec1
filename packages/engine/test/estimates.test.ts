import { expect, test } from "bun:test";
import { createItems, listItems } from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine } from "./log-world.ts";

const ITEMS = 1000;

await onEachDatabase("count=estimate", (kind) => {
  test("is near what there is", () => estimate(kind));
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
