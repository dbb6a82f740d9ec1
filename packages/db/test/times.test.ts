/** What is asked for by a time is found by an index. */
import { expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver, SqlQuery } from "@plinth/core";
import { listRuns, migrate, nextJobTimes, nextTriggerTime } from "@plinth/db";

const driver = bunSqlite({ path: ":memory:" });
await migrate(driver, Date.now);

/** How the database would do what was asked. */
async function planOf(ask: (driver: SqlDriver) => Promise<unknown>): Promise<string> {
  const asked: SqlQuery[] = [];
  const recording: SqlDriver = {
    ...driver,
    all(query) {
      asked.push(query);
      return driver.all(query);
    },
    run(query) {
      asked.push(query);
      return driver.run(query);
    },
  };
  await ask(recording);
  const [{ sql, params }] = asked as [SqlQuery];
  const rows = await driver.all({ sql: `explain query plan ${sql}`, params });
  return rows.map(({ detail }) => String(detail)).join("\n");
}

test("runs of a time", async () => {
  const between = await planOf((recording) => listRuns(recording, "w", { since: 1, until: 2, limit: 10 }));
  expect(between).toContain("plinth_runs_times (workspace_id=? AND started_at>? AND started_at<?)");
  const until = await planOf((recording) => listRuns(recording, "w", { until: 2, limit: 10 }));
  expect(until).toContain("plinth_runs_times");
});

test("what is due next reads the first entry of an index of each kind", async () => {
  const jobs = await planOf((recording) => nextJobTimes(recording, ["http", "function"]));
  expect(jobs.match(/plinth_jobs_scheduled \(kind=\?\)/g)).toHaveLength(2);
  expect(jobs).not.toContain("SCAN plinth_jobs\n");
  expect(await planOf(nextTriggerTime)).not.toMatch(/SCAN t$/m);
});

test("the next time is that of a job of these kinds, and none that has ended", async () => {
  expect(await nextJobTimes(driver, [])).toEqual({ isHeldBack: false });
  expect(await nextJobTimes(driver, ["http"])).toEqual({ isHeldBack: false });
  await driver.batch([
    {
      sql: "insert into plinth_workspaces (id, slug, name, revision, created_at) values ('w', 'w', 'W', 1, 0)",
      params: [],
    },
    ...(
      [
        ["scheduled", "http", 50],
        ["scheduled", "task", 10],
        ["active", "function", 40],
        ["succeeded", "http", 5],
        ["pending", "http", null],
      ] as const
    ).map(([state, kind, due], i) => ({
      sql: `insert into plinth_jobs (id, workspace_id, queue, kind, name, state, rank, run_at, due_at, payload, attempts, max_attempts,
        created_at, version) values (?, 'w', 'q', ?, '', ?, 0, 0, ?, 'null', 0, 5, 0, 1)`,
      params: [String(i), kind, state, due],
    })),
  ]);
  expect(await nextJobTimes(driver, ["http", "function"])).toEqual({ dueAt: 40, isHeldBack: false });
  expect(await nextJobTimes(driver, ["http"])).toEqual({ dueAt: 50, isHeldBack: false });
  const queue =
    "insert into plinth_job_queues (workspace_id, queue, paused, concurrency, updated_at) values ('w', 'q', 0, 1, 0)";
  await driver.run({ sql: queue, params: [] });
  expect(await nextJobTimes(driver, ["http"])).toEqual({ dueAt: 50, isHeldBack: true });
  await driver.run({ sql: "update plinth_workspaces set archived_at = 1", params: [] });
  expect(await nextJobTimes(driver, ["http"])).toEqual({ dueAt: 50, isHeldBack: false });
  await driver.run({ sql: "update plinth_workspaces set archived_at = null", params: [] });
  await driver.run({ sql: "update plinth_job_queues set paused = 1", params: [] });
  expect(await nextJobTimes(driver, ["http"])).toEqual({ dueAt: 50, isHeldBack: false });
});
