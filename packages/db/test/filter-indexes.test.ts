import { expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { type Collection, type Find, FULL_ACCESS, type JsonObject, toCollection } from "@plinth/core";
import { createTable, dialectOf, migrate, sqlStore } from "@plinth/db";
import { parse } from "./world.ts";

const identity = { workspaceId: "w", version: 1, createdAt: "2024-01-01T00:00:00.000Z" };
const lands = toCollection(
  { slug: "lands", kind: "managed", fields: [{ name: "borders", type: "json", indexed: true }] },
  { ...identity, id: "lands", table: "lands" },
);
const users = toCollection(
  { slug: "users", kind: "managed", fields: [{ name: "email", type: "text", indexed_ignore_case: true }] },
  { ...identity, id: "users", table: "users" },
);
const docs = toCollection(
  { slug: "docs", kind: "document", fields: [], indexed_paths: ["facts.borders"] },
  { ...identity, id: "docs", table: "docs" },
);

const listed = (collection: Collection, filter: JsonObject) => {
  const { where, bindings } = parse(collection, filter);
  const tree: Find = { collection, policy: FULL_ACCESS, where, select: ["id"], sort: [], limit: { value: 10 } };
  return [tree, bindings] as const;
};

test("Postgres finds the members of a list, and a text without its case, by an index", async () => {
  const driver = memoryPglite();
  await migrate(driver, Date.now);
  for (const collection of [lands, docs, users])
    await driver.batch(createTable(dialectOf(driver), collection, () => collection));
  await driver.batch([
    {
      sql: "insert into lands (id, created_at, updated_at, version, borders) select gen_random_uuid(), now(), now(), 1, jsonb_build_array(n, 'c' || n) from generate_series(1, 300) n",
      params: [],
    },
  ]);
  await driver.batch([
    {
      sql: "insert into docs (id, created_at, updated_at, version, doc) select gen_random_uuid(), now(), now(), 1, jsonb_build_object('facts', jsonb_build_object('borders', jsonb_build_array(n, 'c' || n))) from generate_series(1, 300) n",
      params: [],
    },
  ]);
  await driver.batch([
    { sql: "analyze lands", params: [] },
    { sql: "analyze docs", params: [] },
  ]);
  await driver.batch([
    {
      sql: "insert into users (id, created_at, updated_at, version, email) select gen_random_uuid(), now(), now(), 1, 'Ann' || n || '@Example.com' from generate_series(1, 300) n",
      params: [],
    },
    { sql: "analyze users", params: [] },
  ]);
  // So few rows would be scanned.
  await driver.batch([{ sql: "set enable_seqscan = off", params: [] }]);
  const store = sqlStore(driver);
  const asked = listed(users, { email: { _ieq: "ANN77@example.com" } });
  expect((await store.find(...asked)).rows).toHaveLength(1);
  expect((await store.explain(...asked)).scans).toEqual([]);
  const filters: [Collection, string][] = [
    [lands, "borders"],
    [docs, "facts.borders"],
  ];
  for (const [collection, path] of filters) {
    const conditions: JsonObject[] = [
      { _contains: ["c7"] },
      { _contains: [7, "c7"] },
      { _overlaps: ["c7", 8] },
      { _contains: "c7" },
    ];
    for (const condition of conditions) {
      const { scans, plan } = await store.explain(...listed(collection, { [path]: condition }));
      expect([path, condition, scans, plan.join()]).toEqual([
        path,
        condition,
        [],
        expect.stringContaining("Bitmap Index Scan"),
      ]);
    }
  }
  await driver.close?.();
});

test("SQLite finds a text without its case by an index", async () => {
  const driver = bunSqlite({ path: ":memory:" });
  await driver.batch(createTable(dialectOf(driver), users, () => users).filter(({ sql }) => !sql.includes("trigger")));
  const insert = "insert into users (id, created_at, updated_at, version, email) values (?1, '2024', '2024', 1, ?2)";
  await driver.batch(
    ["Ann@Example.com", "КИРИЛЛ@example.com", "Other"].map((email, i) => ({ sql: insert, params: [`${i}`, email] })),
  );
  const store = sqlStore(driver);
  for (const email of ["ANN@EXAMPLE.COM", "кирилл@EXAMPLE.com"]) {
    const asked = listed(users, { email: { _ieq: email } });
    expect((await store.find(...asked)).rows).toHaveLength(1);
    expect((await store.explain(...asked)).scans).toEqual([]);
  }
});

test("SQLite takes a definition with an index on members, and makes none", () => {
  const driver = bunSqlite({ path: ":memory:" });
  const sql = createTable(dialectOf(driver), lands, () => lands).map((query) => query.sql);
  expect(sql.filter((one) => one.includes("index") && one.includes("borders"))).toEqual([]);
});
