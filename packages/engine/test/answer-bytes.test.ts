import { expect, test } from "bun:test";
import { type PlinthError, parseSortText } from "@plinth/core";
import {
  aggregateItems,
  createCollection,
  createItems,
  exportItems,
  listItems,
  newBudget,
  updateCollection,
  updateCollectionSchema,
} from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine, W } from "./log-world.ts";

const MAX = 2_000_000;
const FAT = "x".repeat(100_000);
const ROWS = 100;

await onEachDatabase("answers", (kind) => {
  test("are bounded in bytes, and say how to stay below", () => bounded(kind));
});

/** One team that all the fat posts refer to, which is fat itself. */
async function openFat({ create }: LogDatabases) {
  const driver = (await create())();
  const world = await openEngine(driver, {
    config: { maxAnswerBytes: MAX, maxScan: 1_000_000, statementTimeoutMs: 30_000 },
  });
  const ctx = async () => {
    const now = await world.ctx();
    return { ...now, budget: newBudget(now.engine.config, now.now) };
  };
  const text = { name: "body", type: "longtext" as const };
  await createCollection(await ctx(), { slug: "teams", kind: "managed", fields: [text] });
  const fields = [
    text,
    { name: "n", type: "integer" as const, indexed: true },
    { name: "team", type: "relation" as const, to: "teams" },
  ];
  await createCollection(await ctx(), { slug: "posts", kind: "managed", fields });
  const list = { fields: [{ name: "posts", type: "relation_many" as const, to: "posts", via: "team" }] };
  await updateCollection(await ctx(), "teams", updateCollectionSchema.parse(list));
  const team = (await createItems(await ctx(), "teams", { body: FAT })) as { id: string };
  for (let n = 0; n < ROWS; n += 10) {
    const items = Array.from({ length: 10 }, (_, i) => ({ n: n + i, body: FAT, team: team.id }));
    await createItems(await ctx(), "posts", items);
  }
  return { driver, ctx };
}

async function bounded(kind: LogDatabases): Promise<void> {
  const { driver, ctx } = await openFat(kind);
  const sort = parseSortText("n");
  const refused = async (work: Promise<unknown>) => {
    const error = (await work.catch((one: unknown) => one)) as PlinthError;
    return [error.code, error.details?.field, error.details?.max_answer_bytes];
  };
  const over = (field: string) => ["LIMIT_EXCEEDED", field, MAX];
  expect(await refused(listItems(await ctx(), "posts", { sort, limit: ROWS }))).toEqual(over("limit"));
  // What is named is small, and so is a page with few items.
  const thin = await listItems(await ctx(), "posts", { sort, limit: ROWS, fields: [{ path: "n" }] });
  expect(thin.data).toHaveLength(ROWS);
  expect((await listItems(await ctx(), "posts", { sort, limit: 10 })).data).toHaveLength(10);

  // The same item, once for each that refers to it.
  const shared = { sort, limit: ROWS, fields: [{ path: "n" }], expand: { team: {} } };
  expect(await refused(listItems(await ctx(), "posts", shared))).toEqual(over("expand.team"));
  expect((await listItems(await ctx(), "posts", { ...shared, limit: 10 })).data).toHaveLength(10);
  const all = { expand: { posts: { limit: ROWS } } };
  expect(await refused(listItems(await ctx(), "teams", all))).toEqual(over("expand.posts"));

  const groups = { group_by: ["n"], aggregates: { last: { max: "body" } }, limit: ROWS };
  expect(await refused(aggregateItems(await ctx(), "posts", groups))).toEqual(over("aggregates"));

  // An export has no such limit: its pages are small. The log's pages become shorter.
  let exported = "";
  for await (const piece of await exportItems(await ctx(), "posts", { format: "ndjson" })) exported += piece;
  expect(exported.split("\n")).toHaveLength(ROWS + 1);
  const { log } = (await ctx()).source({});
  const seen: string[] = [];
  for (let after = await log.start(), more = true; more; ) {
    const page = await log.read(W, after, { limit: 500 });
    seen.push(...page.changes.map(({ item }) => item));
    expect(page.changes.length).toBeLessThan(ROWS);
    ({ next: after, more } = page);
  }
  expect(new Set(seen).size).toBe(ROWS + 1);
  expect(seen).toHaveLength(ROWS + 1);
  await driver.close?.();
}
