/** Schedules run on every server, some each minute: none of them may read a table that grows from its beginning to its end. */
import { expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver, SqlQuery } from "@plinth/core";
import { claimJobRows, releaseDueJobs } from "@plinth/db";
import { claimWaiting } from "../src/features/files/scanner/repository.ts";
import { claimMails } from "../src/features/mail/repository.ts";
import { claimDeliveries, expireDeliveries } from "../src/features/webhooks/deliveries/repository.ts";
import { FEATURES } from "../src/index.ts";
import { openWorld } from "./identity-support.ts";

/**
 * Read from their beginning for a few rows, or few: one for each collection, each consumer of a workspace's log, each signing key, each webhook, and each
 * workspace that has files.
 */
const SCANNED = [
  "plinth_changes",
  "plinth_collections",
  "plinth_consumers",
  "plinth_files_owners",
  "plinth_files_usage",
  "plinth_signing_keys",
  "plinth_webhooks",
];

test("no schedule scans a table that grows", async () => {
  const driver = bunSqlite({ path: ":memory:" });
  const { engine, account } = await openWorld(driver, FEATURES);
  await account("operator@example.com");
  const asked = new Map<string, string>();
  let running = "";
  const seen = (query: SqlQuery): SqlQuery => {
    asked.set(query.sql, running);
    return query;
  };
  const watched: SqlDriver = {
    ...driver,
    all: (query) => driver.all(seen(query)),
    run: (query) => driver.run(seen(query)),
    batch: (queries, ...more) => driver.batch(queries.map(seen), ...more),
  };
  for (const { name, run } of FEATURES.flatMap(({ schedules }) => schedules ?? [])) {
    running = name;
    await run(engine, watched);
  }
  const scans: string[] = [];
  for (const [sql, name] of asked) {
    if (!/^(with|select|update|delete|insert)\b/i.test(sql)) continue;
    const plan = await driver.all({ sql: `explain query plan ${sql}`, params: [] });
    for (const { detail } of plan) {
      const [, table = ""] = /^SCAN (plinth_\w+)$/.exec(String(detail)) ?? [];
      if (table !== "" && !SCANNED.includes(table)) scans.push(`${name} scans ${table}: ${sql}`);
    }
  }
  expect(scans).toEqual([]);
});

test("what claims rows finds them by their keys, however much waits", async () => {
  const driver = bunSqlite({ path: ":memory:" });
  await openWorld(driver, FEATURES);
  const asked: string[] = [];
  const watched: SqlDriver = {
    ...driver,
    run: (query) => {
      asked.push(query.sql);
      return driver.run(query);
    },
  };
  const claim = { now: 2, leaseUntil: 3, latest: 4, most: 5 };
  await claimDeliveries(watched, { ...claim, webhookId: "w" });
  await claimMails(watched, ["mail"], claim);
  await claimWaiting(watched, { ...claim, workspaceId: "w" });
  await expireDeliveries(watched, { before: 1, now: 2, error: "late", most: 5 });
  const jobs = { workspaceId: "w", queue: "q", kind: "worker", lease: "l", worker: null, ...claim };
  await claimJobRows(watched, { ...jobs, ahead: 5 });
  await releaseDueJobs(watched, { now: 2, keepDeadMs: 1, lost: "lost", most: 5 });
  const plans = asked.map(async (sql) => {
    const [found] = await driver.all({ sql: `explain query plan ${sql}`, params: [] });
    return String(found!.detail);
  });
  expect(await Promise.all(plans)).toEqual(
    ["webhooks_deliveries", "mail", "files_unaccepted", "webhooks_deliveries", "jobs", "jobs"].map((table) =>
      expect.stringMatching(
        new RegExp(`^SEARCH plinth_${table} USING (COVERING )?INDEX sqlite_autoindex_plinth_${table}_1 `),
      ),
    ),
  );
});
