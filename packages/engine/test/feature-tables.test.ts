/** Tables that a feature brings, on every engine: a feature's own files hold all of its SQL. */
import { describe, expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import type { SqlDriver } from "@plinth/core";
import { declaredTables, getTableName, readTables } from "@plinth/db/testing";
import { FEATURES, type Feature, migrate, tickFeatures } from "../src/index.ts";
import { lettersFeature } from "./letters/index.ts";
import { listLetters } from "./letters/repository.ts";
import { type LogDatabases, onEachDatabase, openEngine, settled, W } from "./log-world.ts";

const WITH_LETTERS = [...FEATURES, lettersFeature];
const IDS = ["letters/0001_letters", "letters/0002_sent"];

const tablesOf = (features: readonly Feature[]) => features.flatMap(({ tables = [] }) => tables);

async function sameTables(driver: SqlDriver, features: readonly Feature[]): Promise<void> {
  expect(await readTables(driver)).toEqual(declaredTables(driver, tablesOf(features)));
}

await onEachDatabase("tables of a feature", suite);

describe("tables of a feature on PGlite", () => {
  suite({ create: async () => memoryPglite });
});

function suite(kind: Pick<LogDatabases, "create">): void {
  const open = async () => (await kind.create())();

  test("are made with a new database, once, as the feature declares them", async () => {
    const driver = await open();
    expect((await migrate(driver, Date.now, WITH_LETTERS)).slice(-2)).toEqual(IDS);
    await sameTables(driver, WITH_LETTERS);
    expect(await migrate(driver, Date.now, WITH_LETTERS)).toEqual([]);
    await driver.close?.();
  });

  test("are added to a database that has been in use, and to those of an earlier release", async () => {
    const driver = await open();
    const { define, write } = await openEngine(driver);
    await define();
    await write(1);
    await sameTables(driver, FEATURES);
    const earlier: Feature = { name: "letters", migrations: lettersFeature.migrations!.slice(0, 1) };
    expect(await migrate(driver, Date.now, [...FEATURES, earlier])).toEqual(IDS.slice(0, 1));
    expect(await migrate(driver, Date.now, WITH_LETTERS)).toEqual(IDS.slice(1));
    await sameTables(driver, WITH_LETTERS);
    await driver.close?.();
  });

  test("are made once where processes start together", async () => {
    const driver = await open();
    const applied = await Promise.all([1, 2, 3].map(() => migrate(driver, Date.now, WITH_LETTERS)));
    // One process may apply the first and another the second.
    expect(
      applied
        .flat()
        .filter((id) => id.startsWith("letters/"))
        .sort(),
    ).toEqual(IDS);
    await driver.close?.();
  });

  test("are left as they were where a migration fails, which is named", async () => {
    const driver = await open();
    const broken: Feature = {
      name: "broken",
      migrations: [{ id: "0001_x", statements: () => ["create table plinth_broken (id text)", "create nonsense"] }],
    };
    const message = "The database migration broken/0001_x failed and was rolled back";
    await expect(migrate(driver, Date.now, [...FEATURES, broken])).rejects.toThrow(message);
    await sameTables(driver, FEATURES);
    await driver.close?.();
  });

  test("keep a server from starting that does not know the feature", async () => {
    const driver = await open();
    await migrate(driver, Date.now, WITH_LETTERS);
    const message = `A newer Plinth has migrated this database (${IDS.join(", ")})`;
    await expect(migrate(driver, Date.now, FEATURES)).rejects.toThrow(message);
    await driver.close?.();
  });

  test("are written by its consumer and its schedule, and read by its repository", async () => {
    const { driver, engine, define, write } = await openEngine(await open(), { features: WITH_LETTERS });
    await define();
    const items = [(await write(1)).id, (await write(2)).id];
    await settled(driver);
    await tickFeatures(engine, driver);
    await tickFeatures(engine, driver);
    expect(await listLetters(driver, W)).toEqual(items.map((item) => ({ item, sentAt: expect.any(Number) })));
    await driver.close?.();
  });
}

describe("the features of this server", () => {
  test("have names of their own, and their tables are named after them", () => {
    const names = FEATURES.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    for (const { name, tables = [], migrations = [] } of WITH_LETTERS) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      for (const table of tables) expect(getTableName(table)).toMatch(`plinth_${name.replaceAll("-", "_")}`);
      for (const { id } of migrations) expect(id).toMatch(/^\d{4}_[a-z0-9_]+$/);
    }
  });
});
