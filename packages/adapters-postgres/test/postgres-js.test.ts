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
    const shared = postgresJs({ url: url + options, timeLimitMs: 10_000 });
    await shared.all({ sql: "select 1", params: [] });
    const slow = Array.from({ length: 12 }, (_, i) =>
      shared.all({ sql: "select pg_sleep(1.2)", params: [], caller: i % 2 ? "a" : "b" }),
    );
    const began = performance.now();
    await shared.all({ sql: "select 1", params: [] });
    await shared.batch([{ sql: "select 1", params: [] }]);
    expect(performance.now() - began).toBeLessThan(1000);
    await Promise.all(slow);
    await shared.close!();
  });
}
