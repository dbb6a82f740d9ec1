import { afterAll, test } from "bun:test";
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
}
