import { afterAll, describe, expect, test } from "bun:test";
import { connect, createServer, type Socket } from "node:net";
import type { SqlDriver } from "@plinth/core";
import { startPostgres } from "../../../tests/support/postgres.ts";
import { postgresJs } from "../src/postgres-js.ts";

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

const LIMIT = 300;
const SLOW = { sql: "select pg_sleep(20)", params: [] };
const nothing = { sql: "select 1 as one", params: [] };

if (!postgres) test.skip("everything — there is no Postgres here", () => {});
else {
  const url = await postgres.createDatabase("plinth_time_limit");
  describe("on a direct connection", () => limits(() => postgresJs({ url, timeLimitMs: LIMIT })));
  describe("where the address names a pooler", () =>
    limits(() => postgresJs({ url: `${url}?prepare=false`, timeLimitMs: LIMIT })));
  for (const pooler of [refusing, ignoring]) {
    describe(`behind a pooler that is ${pooler.name} the setting`, () => {
      const server = startPooler(new URL(url), pooler);
      afterAll(async () => (await server).close());
      limits(async () => postgresJs({ url: (await server).url, timeLimitMs: LIMIT }));
    });
  }

  test("without a limit, nothing ends by itself", async () => {
    const driver = postgresJs({ url });
    expect(await driver.all({ sql: "show statement_timeout", params: [] })).toEqual([{ statement_timeout: "0" }]);
    expect(driver.capabilities.timeLimited).toBe(false);
    await driver.close!();
  });
}

function limits(open: () => SqlDriver | Promise<SqlDriver>): void {
  test("reads, writes and batches end at the limit", async () => {
    const driver = await open();
    // Connections of a cold start are opened at the same time.
    const rows = await Promise.all(Array.from({ length: 12 }, () => driver.all(nothing)));
    expect(rows).toEqual(rows.map(() => [{ one: 1 }]));
    expect(driver.capabilities.timeLimited).toBe(true);
    await expect(driver.all(SLOW)).rejects.toMatchObject({ kind: "time_limit" });
    await expect(driver.run(SLOW)).rejects.toMatchObject({ kind: "time_limit" });
    await expect(driver.batch([nothing, SLOW])).rejects.toMatchObject({ kind: "time_limit", statementIndex: 1 });
    await driver.close!();
  });

  test("a batch may have a limit of its own, and the next statement has the driver's again", async () => {
    const driver = await open();
    await driver.all(nothing);
    const own = { sql: "set local statement_timeout = 20000", params: [] };
    const results = await driver.batch([own, { sql: "select pg_sleep(0.5)", params: [] }, nothing]);
    expect(results).toHaveLength(3);
    expect(results[2]!.rows).toEqual([{ one: 1 }]);
    await expect(driver.all(SLOW)).rejects.toMatchObject({ kind: "time_limit" });
    await driver.close!();
  });
}

/** What a pooler does with the first message of a connection; undefined: it refuses it. */
type Startup = (message: Buffer) => Buffer | undefined;

function refusing(message: Buffer): Buffer | undefined {
  return message.includes("statement_timeout") ? undefined : message;
}

function ignoring(message: Buffer): Buffer {
  const text = message.toString("latin1", 8).replace(/statement_timeout\0\d+\0/, "");
  const kept = Buffer.alloc(8 + text.length);
  message.copy(kept, 0, 0, 8);
  kept.writeInt32BE(kept.length, 0);
  kept.write(text, 8, "latin1");
  return kept;
}

async function startPooler(target: URL, startup: Startup) {
  const server = createServer((client: Socket) => {
    client.on("error", () => {});
    client.once("data", (first) => {
      const message = startup(first as Buffer);
      if (!message) return client.end(refusal("unsupported startup parameter: statement_timeout"));
      const upstream = connect(Number(target.port), target.hostname, () => {
        upstream.write(message);
        client.pipe(upstream).pipe(client);
      });
      upstream.on("error", () => client.destroy());
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = new URL(target);
  url.port = String((server.address() as { port: number }).port);
  return { url: url.href, close: () => server.close() };
}

function refusal(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C08P01\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields]);
}
