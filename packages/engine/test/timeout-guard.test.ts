import { afterAll, beforeAll, expect, test } from "bun:test";
import { postgresJs } from "@plinth/adapters-postgres/postgres-js";
import { type PlinthError, recover } from "@plinth/core";
import { startPostgres } from "../../../tests/support/postgres.ts";
import { aggregateItems, createItems, getItem, listItems, Services, sourcesOf } from "../src/index.ts";
import { openWorld, type World } from "./transfer-support.ts";

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

if (!postgres) test("skipped: there is no Postgres here", () => {});
else {
  let world: World;
  let url: string;
  beforeAll(async () => {
    url = await postgres.createDatabase("plinth_timeout_guard");
    const driver = postgresJs({ url });
    world = await openWorld(() => driver);
    await world.create({
      slug: "visits",
      kind: "managed",
      fields: [{ name: "page", type: "text" }],
    });
    const { table } = (await world.ctx()).catalog.collections.get("visits")!;
    const values = `gen_random_uuid(), 'p' || i, now(), now(), 1 from generate_series(1, 30000) i`;
    await driver.batch([
      { sql: "set local session_replication_role = replica", params: [] },
      { sql: `insert into "${table}" (id, page, created_at, updated_at, version) select ${values}`, params: [] },
    ]);
  });
  afterAll(() => world.driver.close?.());

  const ask = async (statementTimeoutMs: number, filter?: Record<string, string>) => {
    const ctx = await world.ctx();
    const config = { ...ctx.engine.config, statementTimeoutMs };
    const source = sourcesOf({ ...ctx.engine, config, services: new Services() }, ctx.driver);
    const input = {
      aggregates: { n: { count_distinct: "page" } },
      ...(filter && { filter: { page: filter } }),
    };
    return aggregateItems({ ...ctx, source }, "visits", input);
  };

  test("a statement that takes longer than it may is refused, with the index that would help", async () => {
    const refused = (await ask(2, { _gte: "p" }).catch((error: unknown) => error)) as PlinthError;
    expect(refused).toMatchObject({
      code: "LIMIT_EXCEEDED",
      status: 422,
      message:
        "Reading visits took longer than the 0.002 s that a statement may; an index on page and a narrower filter would help.",
      details: { field: "filter", statement_timeout_ms: 2, index: "page" },
    });
  });

  test("plain lists, counts, reads by id and writes have the limit too", async () => {
    const ctx = await world.ctx();
    const { table } = ctx.catalog.collections.get("visits")!;
    const limited = postgresJs({ url, timeLimitMs: 200 });
    const config = { ...ctx.engine.config, statementTimeoutMs: 200 };
    const source = sourcesOf({ ...ctx.engine, config, services: new Services() }, limited);
    const under = { ...ctx, driver: limited, source };
    const [first] = (await listItems(under, "visits", { limit: 1 })).data as { id: string }[];
    const locked = world.driver.batch([
      { sql: `lock table "${table}" in access exclusive mode`, params: [] },
      { sql: "select pg_sleep(3)", params: [] },
    ]);
    const held = `select 1 from pg_locks where relation = '"${table}"'::regclass and mode = 'AccessExclusiveLock' and granted`;
    while ((await limited.all({ sql: held, params: [] })).length === 0) await Bun.sleep(5);
    const counts = { filter: true };
    const reading = "Reading visits took longer than the 0.2 s that a statement may; filter by an indexed field.";
    const writing = "Writing to visits took longer than the 0.2 s that a statement may; nothing was written.";
    for (const [message, work] of [
      [reading, () => listItems(under, "visits", { limit: 1 })],
      [reading, () => listItems(under, "visits", { limit: 1, counts, filter: {} })],
      ["Reading visits took longer", async () => getItem(under, "visits", first!.id)],
      [writing, () => createItems(under, "visits", { page: "p" })],
    ] as const) {
      const refused = (await work().catch((error: unknown) => error)) as PlinthError;
      expect(refused).toMatchObject({ code: "LIMIT_EXCEEDED", details: { statement_timeout_ms: 200 } });
      expect(refused.message).toStartWith(message);
    }
    await locked;
    await limited.close!();
  });

  test("a statement that takes no longer is answered", async () => {
    expect(await ask(30_000)).toEqual([{ n: 30_000 }]);
  });

  test("a statement that somebody ended by hand is not called too long", async () => {
    const { driver } = world;
    const waiting = recover<unknown>(
      () => driver.all({ sql: "select pg_sleep(20) /* by hand */", params: [] }),
      (error) => error,
    );
    const ended = `select pg_cancel_backend(pid) as done from pg_stat_activity where query like '%by ' || 'hand%'`;
    for (let ends = 0; ends === 0; ) ends = (await driver.all({ sql: ended, params: [] })).length;
    expect(await waiting).toMatchObject({ kind: "unavailable" });
  });
}
