import { afterAll, expect, test } from "bun:test";
import { sqlDriverSuite } from "@plinth/conformance";
import { startNeonServer } from "../../../tests/support/neon-server.ts";
import { startPostgres } from "../../../tests/support/postgres.ts";
import { neonHttp } from "../src/index.ts";

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

if (!postgres) test.skip("everything — there is no Postgres here", () => {});
else {
  const databaseUrl = await postgres.createDatabase("plinth_neon");
  const server = await startNeonServer({ databaseUrl });
  afterAll(() => server.close());
  const open = () => neonHttp({ url: server.url, endpoint: server.endpoint });

  sqlDriverSuite({ test, dialect: "postgres", open, openAnother: open });
}

test("the endpoint follows from the host, and what is no answer of Postgres is unavailable", async () => {
  const queries: string[] = [];
  const url = "postgresql://u:p@ep-cool-name-123.eu-central-1.aws.neon.tech/db?sslmode=require";
  const answering = (answer: () => Response) => (to: string, init: RequestInit) => {
    queries.push(`${init.method} ${to} ${new Headers(init.headers).get("neon-connection-string")}`);
    return Promise.resolve().then(answer);
  };
  const failures = [
    () => new Response("no healthy upstream", { status: 503 }),
    () => Promise.reject(new TypeError("fetch failed")) as never,
  ];
  for (const answer of failures) {
    const driver = neonHttp({ url, fetch: answering(answer) });
    await expect(driver.all({ sql: "select 1", params: [] })).rejects.toMatchObject({ kind: "unavailable" });
  }
  const sent = "postgres://u:p@ep-cool-name-123.eu-central-1.aws.neon.tech/db?sslmode=require";
  expect(queries).toEqual(failures.map(() => `POST https://api.eu-central-1.aws.neon.tech/sql ${sent}`));
});
