import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { postgresJs } from "@plinth/adapters-postgres/postgres-js";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { ALWAYS, FULL_ACCESS, type JsonObject, type Log, type SqlDriver } from "@plinth/core";
import { startPostgres } from "../../../tests/support/postgres.ts";
import {
  aggregateItems,
  type ListInput,
  listItems,
  listSlowQueries,
  type RequestContext,
  updateCollection,
  updateCollectionSchema,
} from "../src/index.ts";
import { observeRead } from "../src/read/scan-warning.ts";
import { listIn } from "./texts.ts";
import { openWorld, type World } from "./transfer-support.ts";

const ROWS = 12_000;
const NUMBERS = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ROWS})`;
const ID = "'00000000-0000-4000-8000-' || substr('000000000000' || i, -12)";

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

function suite(engine: string, open: () => Promise<SqlDriver>, fill: (table: string) => string): void {
  describe(engine, () => {
    let world: World;
    beforeAll(async () => {
      const driver = await open();
      world = await openWorld(() => driver);
      await world.create({
        slug: "visits",
        kind: "managed",
        fields: [
          { name: "page", type: "text" },
          { name: "seconds", type: "integer", indexed: true },
        ],
        indexes: [["page", "seconds"]],
      });
      await world.create({ slug: "logins", kind: "managed", fields: [{ name: "agent", type: "text" }] });
      await world.create({
        slug: "orders",
        kind: "managed",
        fields: [{ name: "agent", type: "text", indexed: true, indexed_ignore_accents: true }],
        owner_scoped: true,
      });
      const { collections } = (await world.ctx()).catalog;
      for (const slug of ["logins", "orders"])
        await driver.batch([{ sql: fill(collections.get(slug)!.table), params: [] }]);
      await driver.run({ sql: `update "${collections.get("orders")!.table}" set owner_id = 'ann'`, params: [] });
    });
    afterAll(() => world.driver.close?.());

    /** The log's content after the deferred work. */
    const warnings = async (
      ask: (ctx: RequestContext) => Promise<unknown>,
      ctx?: RequestContext,
      at = 0,
    ): Promise<unknown[]> => {
      const warned: unknown[] = [];
      const log = { warn: (message: string, fields: JsonObject) => warned.push([message, fields]) } as unknown as Log;
      const work: Promise<unknown>[] = [];
      const of = ctx ?? (await world.ctx());
      const now = of.now + at;
      await ask({ ...of, now, engine: { ...of.engine, log }, defer: (one) => work.push(one) });
      await Promise.all(work);
      return warned;
    };
    const lists = (slug: string, input: ListInput) => (ctx: RequestContext) => listItems(ctx, slug, input);
    const agent: ListInput = { filter: { agent: "a7" } };
    const logins = { collection: "logins", index: "agent" };
    const byList = ["a list reads a whole large collection", logins];

    test("a filter without an index, in the default order", async () => {
      expect(await warnings(lists("logins", agent))).toEqual([byList]);
    });

    test("the first page of everything reads no more than a page", async () => {
      expect(await warnings(lists("logins", {}))).toEqual([]);
    });

    test("a small collection is read from end to end without a word", async () => {
      expect(await warnings(lists("visits", listIn({ sort: "page" })))).toEqual([]);
    });

    test("a shape is looked at again after some time", async () => {
      const ctx = await world.ctx();
      const ask = lists("logins", { ...agent, ...listIn({ sort: "agent" }) });
      expect(await warnings(ask, ctx)).toEqual([byList]);
      expect(await warnings(ask, ctx, 599_000)).toEqual([]);
      expect(await warnings(ask, ctx, 601_000)).toEqual([byList]);
    });

    test("a user's many items in another order are served by the owner's index of that field, or one is missed", async () => {
      const own: ListInput = { filter: { owner_id: "ann" } };
      expect(await warnings(lists("orders", { ...own, ...listIn({ sort: "agent" }) }))).toEqual([]);
      const sorted = await warnings(lists("orders", { ...own, ...listIn({ sort: "updated_at" }) }));
      expect(sorted.map((warning) => (warning as [string, object])[1])).toEqual([
        { collection: "orders", index: "owner_id, updated_at" },
      ]);
      const ctx = await world.ctx();
      const explained = await listItems(ctx, "orders", { ...own, ...listIn({ sort: "updated_at" }), explain: true });
      expect((explained.explain as JsonObject).index).toBe("owner_id, updated_at");
    });

    test("a text without case or accents is found by an index, or that index is missed", async () => {
      for (const operator of ["_ieq", "_istarts_with", "_unaccent_eq", "_unaccent_starts_with"]) {
        const ask = (slug: string) => lists(slug, { filter: { agent: { [operator]: "Á1234" } } });
        expect(await warnings(ask("orders"))).toEqual([]);
        const setting = operator === "_ieq" ? "indexed_ignore_case" : "indexed_ignore_accents";
        expect(await warnings(ask("logins"))).toEqual([
          ["a list reads a whole large collection", { collection: "logins", index: `agent (${setting})` }],
        ]);
      }
      const filter = { agent: { _unaccent_contains: "a1234" } };
      expect(await warnings(lists("logins", { filter }))).toEqual([
        ["a list reads a whole large collection", { collection: "logins", index: null }],
      ]);
    });

    describe("a slow query", () => {
      const ann = { owner_id: "ann" };
      const cases: [name: string, ListInput, index: string[], body: JsonObject][] = [
        [
          "by one field",
          { filter: { agent: "a7" } },
          ["agent"],
          { fields: [{ name: "agent", type: "text", indexed: true }] },
        ],
        [
          "by two fields",
          { filter: { place: { _gt: "x" }, topic: "y" } },
          ["topic", "place"],
          { indexes: [["topic", "place"]] },
        ],
        [
          "by one of two fields",
          { filter: { $or: [{ topic: "x" }, { place: "y" }] } },
          ["place"],
          {
            fields: [
              { name: "place", type: "text", indexed: true },
              { name: "topic", type: "text", indexed: true },
            ],
          },
        ],
        [
          "of an owner in another order",
          { filter: ann, ...listIn({ sort: "agent" }) },
          ["owner_id", "agent"],
          { indexes: [["owner_id", "agent"]] },
        ],
        [
          "in the order of a system field",
          listIn({ sort: "-updated_at" }),
          ["updated_at", "id"],
          { indexes: [["updated_at", "id"]] },
        ],
      ];
      test.each(cases)("%s: the change that is suggested makes it fast", async (name, input, index, body) => {
        const slug = `calls_${name.replaceAll(" ", "_")}`;
        const fields = ["agent", "place", "topic"].map((one) => ({ name: one, type: "text" as const }));
        await world.create({ slug, kind: "managed", fields });
        const { table } = (await world.ctx()).catalog.collections.get(slug)!;
        await world.driver.batch([{ sql: fill(table), params: [] }]);
        await world.driver.run({ sql: `update "${table}" set owner_id = 'ann'`, params: [] });
        const before = await world.ctx();
        await warnings(lists(slug, input), before);
        await lists(slug, input)(before);
        const ctx = await world.ctx();
        const [found, ...others] = listSlowQueries(ctx).filter(({ collection }) => collection === slug);
        expect(others).toEqual([]);
        expect(found).toMatchObject({
          kind: "list",
          count: 2,
          suggestion: { index, body, method: "PATCH", path: `/api/collections/${slug}` },
        });
        expect(JSON.stringify(found!.filter)).not.toMatch(/"(a7|x|y|ann)"/);
        await updateCollection(ctx, slug, updateCollectionSchema.parse(found!.suggestion!.body));
        const now = await world.ctx();
        expect(listSlowQueries(now).filter(({ collection }) => collection === slug)).toEqual([]);
        const { explain } = await listItems(now, slug, { ...input, explain: true });
        expect((explain as JsonObject).scans).toEqual([]);
      });

      test("that goes on being slow is not forgotten for many others", async () => {
        const ctx = { ...(await world.ctx()), defer: undefined };
        const collection = ctx.catalog.collections.get("orders")!;
        const tree = { collection, policy: FULL_ACCESS, where: ALWAYS, select: null, sort: [], limit: { value: 1 } };
        const slow = (shape: object, name: string) =>
          observeRead(ctx, { shape, tree, values: [], asked: { filter: { [name]: 1 } }, ms: 150, rows: 1 });
        const shape = {};
        for (let i = 0; i < 400; i++) {
          slow(shape, "often");
          slow({}, `once_${i}`);
        }
        const [first] = listSlowQueries(ctx).filter(({ collection: slug }) => slug === "orders");
        expect(first).toMatchObject({ filter: { often: "?" }, count: 400 });
      });

      test("is not one that reads little and is quick", async () => {
        await warnings(lists("visits", { filter: { page: "secret" } }));
        expect(listSlowQueries(await world.ctx()).filter(({ collection }) => collection === "visits")).toEqual([]);
      });
    });

    test("aggregates are looked at as well", async () => {
      const input = { aggregates: { n: { count: "*" } }, filter: { agent: "a7" } };
      const ask = (ctx: RequestContext) => aggregateItems(ctx, "logins", input);
      const byAggregate = ["an aggregate reads a whole large collection", logins];
      const ctx = await world.ctx();
      expect(await warnings(ask, ctx)).toEqual([byAggregate]);
      expect(await warnings(ask, ctx)).toEqual([]);
    });
  });
}

const columns = "(id, agent, created_at, updated_at, version)";
const values = (id: string, now: string, version: string) => `select ${id}, 'a' || ${version}, ${now}, ${now}, 1 from`;

suite(
  "SQLite",
  async () => bunSqlite({ path: ":memory:" }),
  (table) => `insert into "${table}" ${columns} ${NUMBERS} ${values(ID, "'2024-01-01T00:00:00.000Z'", "i")} n`,
);
const filled = (table: string) =>
  `insert into "${table}" ${columns} ${values("gen_random_uuid()", "now()", "i")} generate_series(1, ${ROWS}) i`;
suite("PGlite", async () => memoryPglite(), filled);
if (postgres) suite("Postgres", async () => postgresJs({ url: await postgres.createDatabase("plinth_scans") }), filled);
