/** One statement a level, however many rows: counted in the driver, beneath the whole app. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { SqlDriver } from "@plinth/core";
import { memoryPglite } from "../../packages/adapters-postgres/test/index.ts";
import { bunSqlite } from "../../packages/adapters-sqlite/src/bun.ts";
import { countingApp } from "./counting-app.ts";
import { expectedShelves, FOLDERS, fillShelves, SHEETS, SHELVES, SPARE, threeLevels } from "./shelves.ts";

const drivers: [name: string, open: () => SqlDriver][] = [
  ["SQLite", () => bunSqlite({ path: ":memory:" })],
  ["Postgres (PGlite)", memoryPglite],
];

describe.each(drivers)("a three-level expand on %s", (_, open) => {
  let app: Awaited<ReturnType<typeof countingApp>>;
  beforeAll(async () => {
    app = await countingApp(open());
    await fillShelves(app.ask);
  });
  afterAll(() => app.close());

  const whole = threeLevels(SHELVES, FOLDERS, SHEETS);
  /** The statements about items; who asks, and whether the schema has changed, is looked up now and then beside them. */
  const statementsOf = async (ask: () => Promise<unknown>): Promise<string[]> => {
    await ask();
    // After the first answer of its kind the plan is looked at, which belongs to no request.
    await Bun.sleep(20);
    return (await app.count(ask)).filter((sql) => sql.includes('"c_'));
  };

  test(`brings ${SHELVES} × ${FOLDERS} × ${SHEETS} items, each parent its own`, async () => {
    const { data } = await app.ask(whole);
    expect(data as unknown).toEqual(expectedShelves(SHELVES, FOLDERS, SHEETS));
  });

  test("takes three statements", async () => {
    expect(await statementsOf(() => app.ask(whole))).toHaveLength(3);
  });

  test("and no others that one request after another would repeat", async () => {
    const counts: number[] = [];
    for (let i = 0; i < 5; i++) counts.push((await app.count(() => app.ask(threeLevels(1, 1, 1)))).length);
    expect(Math.min(...counts)).toBe(3);
    expect(counts.at(-1)).toBeLessThanOrEqual(5);
  });

  test("takes as many for one item as for thousands", async () => {
    expect(await statementsOf(() => app.ask(threeLevels(1, 1, 1)))).toHaveLength(3);
  });

  test("takes as many under rules", async () => {
    let data: unknown;
    const statements = await statementsOf(async () => {
      data = (await app.asUser(whole)).data;
    });
    expect(data).toEqual(expectedShelves(SHELVES, FOLDERS, SHEETS));
    expect(statements).toHaveLength(3);
  });

  test("takes one more for each further relation, to-one or to-many", async () => {
    const up = "/api/items/sheets?limit=1000&expand=folder.shelf";
    expect(await statementsOf(() => app.ask(up))).toHaveLength(3);
    const roundabout = "/api/items/shelves?limit=50&expand=folders.sheets.folder.shelf";
    expect(await statementsOf(() => app.ask(roundabout))).toHaveLength(5);
  });

  test("takes one for each name of its own, and for what is computed of a list", async () => {
    const expand = {
      first: { relation: "folders", limit: 1, required: true },
      folders: { spread: true, aggregates: { held: { count: "*" } } },
    };
    const path = `/api/items/shelves?limit=50&expand=${encodeURIComponent(JSON.stringify(expand))}`;
    const { data } = (await app.ask(path)) as unknown as { data: { first: object[]; held: number }[] };
    expect(data.map(({ first, held }) => [first.length, held])).toEqual(
      Array.from({ length: SHELVES }, () => [1, FOLDERS + SPARE]),
    );
    expect(await statementsOf(() => app.ask(path))).toHaveLength(3);
  });

  test("is refused where it could bring in more than 100,000 items", async () => {
    await expect(app.ask(threeLevels(50, 1000, 1000))).rejects.toThrow("LIMIT_EXCEEDED");
  });

  test("a count of lists is part of the one statement", async () => {
    const path = `/api/items/shelves?limit=50&sort=-count(folders)&filter=${encodeURIComponent('{"count(folders)":{"_gt":1}}')}`;
    expect(await statementsOf(() => app.ask(path))).toHaveLength(1);
  });
});
