import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { DataError, type SqlDriver, type SqlQuery } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { startPostgres } from "../../../tests/support/postgres.ts";
import { type TcpProxy, tcpProxy } from "../../../tests/support/tcp-proxy.ts";
import { postgresJs } from "../src/postgres-js.ts";

const postgres = await startPostgres();

describe.skipIf(!postgres)(`Postgres, when answers are lost${postgres ? "" : " — there is no Postgres here"}`, () => {
  let proxy: TcpProxy;
  let near: SqlDriver;
  let far: SqlDriver;

  beforeAll(async () => {
    const url = new URL(await postgres!.createDatabase("plinth_lost_answers"));
    near = postgresJs({ url: url.href });
    proxy = await tcpProxy({ host: "127.0.0.1", port: Number(url.port) });
    url.port = String(proxy.port);
    far = postgresJs({ url: url.href, max: 2 });
    await near.run(q("create table t (id int primary key)"));
  });
  afterAll(async () => {
    await far.close?.();
    await near.close?.();
    proxy.close();
    await postgres?.stop();
  });

  const mend = async () => {
    proxy.mend();
    await until(() => works(far.all(q("select 1"))));
  };
  const isThere = async (id: number) => (await near.all(q(`select 1 from t where id = ${id}`))).length === 1;

  const writes: [string, (id: number) => Promise<unknown>][] = [
    ["a statement", (id) => far.run(q(`insert into t values (${id})`))],
    ["a batch", (id) => far.batch([q(`insert into t values (${id})`), q("select 1")])],
  ];
  for (const [i, [name, write]] of writes.entries()) {
    test(`${name} whose answer is cut has an unknown outcome, and may have happened`, async () => {
      await far.all(q("select 1"));
      proxy.fail("deafen");
      const failure = kindOf(write(i + 1));
      while (!(await isThere(i + 1))) await Bun.sleep(10);
      proxy.fail("close");
      expect(await failure).toBe("outcome_unknown");
      await mend();
    });

    test(`${name} that was never sent is only unavailable`, async () => {
      proxy.fail("close");
      // The driver has noticed: it has no connection to send by.
      await Bun.sleep(100);
      expect(await kindOf(write(100 + i))).toBe("unavailable");
      await mend();
      expect(await isThere(100 + i)).toBe(false);
    });

    test(`${name} that a refusal came back for has failed, whatever happens later`, async () => {
      await near.run(q(`insert into t values (${200 + i})`));
      expect(await kindOf(write(200 + i))).toBe("unique");
    });
  }

  test("a read whose answer is cut is unavailable", async () => {
    await far.all(q("select 1"));
    proxy.fail("deafen");
    const failure = kindOf(Promise.resolve(far.all(q("select 1"))));
    await Bun.sleep(50);
    proxy.fail("close");
    expect(await failure).toBe("unavailable");
    await mend();
  });

  test("a server that no longer answers is given up, and a slow one is waited for", async () => {
    await far.all(q("select 1"));
    const slow = far.all(q("select pg_sleep(7)::text as slept"));
    expect(await slow).toHaveLength(1);
    proxy.fail("hang");
    // More than fit on the connections: some wait for one.
    const all = Array.from({ length: 20 }, () => kindOf(far.batch([q("insert into t values (300)")])));
    const reads = Array.from({ length: 20 }, () => kindOf(Promise.resolve(far.all(q("select 1")))));
    expect(new Set(await Promise.all(reads))).toEqual(new Set(["unavailable"]));
    const outcomes = await Promise.all(all);
    // Those that were sent; the others had waited for a connection.
    expect(new Set(outcomes)).toEqual(new Set(["outcome_unknown", "unavailable"]));
    await mend();
  });

  test("a server that takes no writes says so, and a new connection is made", async () => {
    await far.run(q("set default_transaction_read_only = on"));
    const failures = Array.from({ length: 4 }, () => kindOf(far.run(q("insert into t values (400)"))));
    expect(await Promise.all(failures)).toContain("read_only");
    await until(() => works(far.run(q("insert into t values (401)"))));
  });
});

const q = (sql: string): SqlQuery => ({ sql, params: [] });

function kindOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error) => (error instanceof DataError ? error.kind : String(error)),
  );
}

const works = async (work: unknown): Promise<boolean> => {
  const [settled] = await Promise.allSettled([work]);
  return settled.status === "fulfilled";
};
