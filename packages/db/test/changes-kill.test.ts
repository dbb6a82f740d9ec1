import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresJs } from "@plinth/adapters-postgres/postgres-js";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { type Change, DEFAULT_WORKSPACE_ID, FULL_ACCESS, type Row } from "@plinth/core";
import { people } from "@plinth/core/testing";
import { startPostgres } from "../../../tests/support/postgres.ts";
import { type LogWorld, openLogWorld } from "./changes-suite.ts";
import { NO_BINDINGS } from "./world.ts";

const ROUNDS = 8;
const folder = mkdtempSync(join(tmpdir(), "plinth-kill-"));
const postgres = await startPostgres();
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Kills a writer repeatedly, and compares the log with the table. */
async function killAndCompare(target: string, open: () => LogWorld["driver"]): Promise<void> {
  const world = await openLogWorld(open());
  const kept = new Map<string, Row>();
  const logged = new Set<string>();
  const apply = (changes: readonly Change[]): void => {
    for (const { item, before, after, actor, requestId, operation } of changes) {
      expect([kept.get(item) ?? null, actor]).toEqual([before, "user:u"]);
      if (operation === "insert") expect(requestId).toBe(item);
      if (operation === "insert") logged.add(item);
      if (after) kept.set(item, after);
      else kept.delete(item);
    }
  };
  for (let round = 0; round < ROUNDS; round++) {
    const writer = Bun.spawn([process.execPath, join(import.meta.dir, "kill-writer.ts"), target], {
      stderr: "inherit",
    });
    let output = "";
    for await (const text of writer.stdout.pipeThrough(new TextDecoderStream())) {
      if (output === "") setTimeout(() => writer.kill("SIGKILL"), 100 + Math.random() * 400);
      output += text;
    }
    await writer.exited;
    const answered = output.split("\n").slice(0, -1);
    if (world.driver.dialect === "postgres") await othersAreIdle(world.driver);
    apply(await world.news());
    expect(answered.filter((id) => !logged.has(id))).toEqual([]);
    const tree = { collection: people, policy: FULL_ACCESS, where: FULL_ACCESS.where, select: null, sort: [] };
    const { rows } = await world.store.find({ ...tree, limit: { value: 1_000_000 } }, NO_BINDINGS);
    expect(new Map(rows.map((row) => [row.id as string, row]))).toEqual(kept);
  }
  expect(logged.size).toBeGreaterThan(100);
  expect(await world.log.touched(await world.log.head(DEFAULT_WORKSPACE_ID))).toMatchObject({ workspaceIds: [] });
  await world.driver.close?.();
}

/** Postgres may still be running the last statement of the killed process. */
async function othersAreIdle(driver: LogWorld["driver"]): Promise<void> {
  const sql =
    "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'";
  while ((await driver.all({ sql, params: [] })).length > 0) await Bun.sleep(20);
}

describe("a writer killed under load leaves log and data in step", () => {
  test("on SQLite", async () => {
    const path = join(folder, "kill.db");
    await killAndCompare(path, () => bunSqlite({ path }));
  });

  if (!postgres) test.skip("on Postgres — there is no Postgres here", () => {});
  else {
    test("on Postgres", async () => {
      const url = await postgres.createDatabase("plinth_kill");
      await killAndCompare(url, () => postgresJs({ url }));
    });
  }
});
