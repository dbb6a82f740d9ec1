import { afterAll, expect, test } from "bun:test";
import { sqlDriverSuite } from "@plinth/conformance";
import { startPostgres } from "../../../tests/support/postgres.ts";
import { tcpProxy } from "../../../tests/support/tcp-proxy.ts";
import { postgresJs } from "../src/postgres-js.ts";

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

if (!postgres) test.skip("everything — there is no Postgres here", () => {});
else {
  const url = await postgres.createDatabase("plinth_postgres_js");
  const open = () => postgresJs({ url });
  const driver = open();
  const admin = postgresJs({ url: postgres.url("postgres"), max: 1 });
  afterAll(() => Promise.all([driver.close!(), admin.close!()]));

  sqlDriverSuite({
    test,
    dialect: "postgres",
    open: () => driver,
    close: () => {},
    openAnother: open,
    openToClose: open,
    async breakConnection() {
      const sql = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
      await admin.all({ sql, params: ["plinth_postgres_js"] });
    },
  });

  test("sessions that make the same table at once succeed, or learn that another one did", async () => {
    const sessions = Array.from({ length: 4 }, () => postgresJs({ url, max: 1 }));
    const kinds = new Set<string>();
    for (let round = 0; round < 60; round++) {
      const sql = `create table if not exists made_at_once_${round} (id text not null primary key)`;
      const results = await Promise.allSettled(sessions.map((session) => session.batch([{ sql, params: [] }])));
      for (const result of results) if (result.status === "rejected") kinds.add(result.reason.kind);
    }
    expect([...kinds].filter((kind) => kind !== "unique")).toEqual([]);
    await Promise.all(sessions.map((session) => session.close!()));
  });

  test.each([
    ["directly", ""],
    // Every statement is a transaction, which sets its limit.
    ["through a pooler", "?prepare=false"],
  ])("rows that take too many bytes are not received, the first time either, %s", async (_, options) => {
    const { hostname: host, port } = new URL(url);
    const proxy = await tcpProxy({ host, port: Number(port) });
    const near = new URL(url + options);
    near.port = String(proxy.port);
    const bounded = postgresJs({ url: near.href, timeLimitMs: 60_000 });
    const rows = (name: string, count: number, maxRows?: number) => {
      const sql = `select i as "${name}", '{"a":1}'::jsonb as j, repeat('x', 10000) as body from generate_series(1, $1::int) i`;
      return bounded.all({ sql, params: [count], maxBytes: 50_000, maxRows });
    };
    const tooMany = { kind: "too_many_bytes" };
    for (const name of ["a", "a", "another name"])
      await expect(rows(name, 2000)).rejects.toEqual(expect.objectContaining(tooMany));
    const unknown = proxy.answered;
    expect(unknown).toBeLessThan(2_000_000);
    expect(await rows("a", 4)).toEqual([1, 2, 3, 4].map((a) => ({ a, j: '{"a": 1}', body: "x".repeat(10_000) })));
    // What is between the server's limit and the exact one comes, and is dropped.
    await expect(rows("a", 6)).rejects.toMatchObject(tooMany);
    // Of few rows, each is bounded by itself, once.
    await expect(rows("few", 64, 64)).rejects.toMatchObject(tooMany);
    const once = proxy.answered;
    expect(once - unknown).toBeGreaterThan(640_000);
    await expect(rows("few", 64, 64)).rejects.toMatchObject(tooMany);
    expect(proxy.answered - once).toBeLessThan(500_000);
    await bounded.close!();
    proxy.close();
  });

  test("a large row is not received, the first time either, nor one that has grown", async () => {
    const { hostname: host, port } = new URL(url);
    const proxy = await tcpProxy({ host, port: Number(port) });
    const near = new URL(url);
    near.port = String(proxy.port);
    const bounded = postgresJs({ url: near.href });
    const row = (value: string, size: number) => {
      const sql = `select ${value} as body, 1 as n`;
      return bounded.all({ sql, params: [size], maxBytes: 65_536, maxRows: 1 });
    };
    for (const value of ["repeat('x', $1::int)", "decode(repeat('00', $1::int), 'hex')"]) {
      expect(await row(value, 1000)).toHaveLength(1);
      await expect(row(value, 20_000_000)).rejects.toMatchObject({ kind: "too_many_bytes" });
      expect(await row(value, 1000)).toHaveLength(1);
    }
    expect(proxy.answered).toBeLessThan(100_000);
    await bounded.close!();
    proxy.close();
  });

  test("of large texts no more is received than their limit in characters", async () => {
    const { hostname: host, port } = new URL(url);
    const proxy = await tcpProxy({ host, port: Number(port) });
    const near = new URL(url);
    near.port = String(proxy.port);
    const bounded = postgresJs({ url: near.href });
    const rows = (of: string, count: number) => {
      const sql = `select ${of} as body from generate_series(1, $1::int) i`;
      return bounded.all({ sql, params: [count], maxBytes: 1_048_576 });
    };
    const letters = "repeat('x', 100000)";
    await expect(rows(letters, 100)).rejects.toMatchObject({ kind: "too_many_bytes" });
    expect(proxy.answered).toBeLessThan(1_200_000);
    expect(await rows(letters, 10)).toHaveLength(10);
    await expect(rows(letters, 11)).rejects.toMatchObject({ kind: "too_many_bytes" });
    // Three bytes for each character.
    expect(await rows("repeat('€', 100000)", 10)).toHaveLength(10);
    await bounded.close!();
    proxy.close();
  });

  test("a statement whose columns have other types by now is read all the same", async () => {
    const sql = "select a from retyped";
    const read = () => driver.all({ sql, params: [], maxBytes: 1000 });
    await driver.run({ sql: "create table retyped (a text)", params: [] });
    await driver.run({ sql: "insert into retyped values ('7')", params: [] });
    for (let i = 0; i < 3; i++) expect(await read()).toEqual([{ a: "7" }]);
    await driver.run({ sql: "alter table retyped alter a type int using a::int", params: [] });
    expect(await read()).toEqual([{ a: 7 }]);
    await driver.run({ sql: "drop table retyped", params: [] });
  });

  test("a statement whose own function calls one that is missing fails, instead of being sent for ever", async () => {
    const body = "begin return nothing_like_that(); end";
    await driver.run({ sql: `create function calls_nothing() returns text language plpgsql as '${body}'`, params: [] });
    const read = { sql: "select calls_nothing() as text", params: [], maxBytes: 1000 };
    await expect(driver.all(read)).rejects.toBeInstanceOf(Error);
    await driver.run({ sql: "drop function calls_nothing()", params: [] });
  });

  test.each([
    ["directly", ""],
    // Every statement is a transaction, which sets its limit.
    ["through a pooler", "?prepare=false"],
  ])("slow reads hold up no other work, %s", async (_, options) => {
    const shared = postgresJs({ url: url + options, timeLimitMs: 60_000 });
    const holder = postgresJs({ url, max: 1 });
    await shared.all({ sql: "select 1", params: [] });
    await holder.all({ sql: "select pg_advisory_lock(7)::text", params: [] });
    // They last until the lock is free.
    const slow = Array.from({ length: 12 }, (_, i) =>
      shared.all({ sql: "select pg_advisory_xact_lock_shared(7)::text", params: [], caller: i % 2 ? "a" : "b" }),
    );
    let ended = 0;
    for (const one of slow) void Promise.resolve(one).then(() => ended++);
    await shared.all({ sql: "select 1", params: [] });
    await shared.batch([{ sql: "select 1", params: [] }]);
    expect(ended).toBe(0);
    await holder.all({ sql: "select pg_advisory_unlock(7)::text", params: [] });
    await Promise.all(slow);
    await Promise.all([shared.close!(), holder.close!()]);
  });
}
