import { expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { type Find, FULL_ACCESS, parseReference, type SqlDriver } from "@plinth/core";
import { openRelation, people } from "@plinth/core/testing";
import { sqlStore } from "@plinth/db";
import { parse } from "./world.ts";

/** The statements that reach a driver, in order: reads, and the contents of batches. */
function recording(dialect: SqlDriver["dialect"]) {
  const sent: (string | string[])[] = [];
  const driver: SqlDriver = {
    ...bunSqlite({ path: ":memory:" }),
    name: "recording",
    dialect,
    all: async ({ sql }) => {
      sent.push(sql);
      return [{ n: 0 }];
    },
    batch: async (queries) => {
      sent.push(queries.map(({ sql }) => sql));
      return queries.map(() => ({ rows: [{ n: 0 }], changes: 0 }));
    },
  };
  return { store: sqlStore(driver), sent };
}

const listed = (filter: Parameters<typeof parse>[1], sort: Find["sort"] = []) => {
  const { where, bindings } = parse(people, filter);
  const tree: Find = { collection: people, policy: FULL_ACCESS, where, select: ["id"], sort, limit: { value: 1 } };
  return [tree, bindings] as const;
};

test("SQLite gathers a list that many rows lead to once, and looks through one that is each row's own", async () => {
  const { store, sent } = recording("sqlite");
  for (const path of ["things.name", "boss.reports.name", "things.friend.reports.name"]) {
    await store.find(...listed({ [path]: "x" }));
  }
  const counts = sent.map((sql) => [
    String(sql).match(/exists/g)?.length ?? 0,
    String(sql).match(/ in \(select/g)?.length ?? 0,
  ]);
  expect(counts).toEqual([
    [1, 0],
    [1, 1],
    [2, 1],
  ]);
});

test("a Postgres read has a time limit where the caller asks through a list, and no transaction elsewhere", async () => {
  const { store, sent } = recording("postgres");
  await store.find(...listed({ "boss.name": "x" }));
  await store.find(...listed({ "reports.name": "x" }));
  await store.count(...listed({ name: "x" }));
  await store.count(...listed({ "reports.name": "x" }));
  const ref = parseReference(people, "count(reports)", "sort", { relation: openRelation });
  await store.find(...listed({}, [{ ref, direction: "asc" }]));
  expect(sent.map((one) => Array.isArray(one) && one[0])).toEqual([
    false,
    expect.stringContaining("statement_timeout"),
    false,
    expect.stringContaining("statement_timeout"),
    expect.stringContaining("statement_timeout"),
  ]);
});
