import { afterAll, expect, test } from "bun:test";
import { sqlDriverSuite } from "@plinth/conformance";
import { startPostgres } from "../../../tests/support/postgres.ts";
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
