import { afterAll, test } from "bun:test";
import { sqlDriverSuite } from "@plinth/conformance";
import { startNeonServer } from "../../../tests/support/neon-server.ts";
import { startPostgres } from "../../../tests/support/postgres.ts";
import { neonHttp } from "../src/index.ts";

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

if (!postgres) test("skipped: there is no Postgres here", () => {});
else {
  const databaseUrl = await postgres.createDatabase("plinth_neon");
  const server = await startNeonServer({ databaseUrl });
  afterAll(() => server.close());
  const open = () => neonHttp({ url: server.url, endpoint: server.endpoint });

  sqlDriverSuite({ test, dialect: "postgres", int64: true, open, openAnother: open });
}
