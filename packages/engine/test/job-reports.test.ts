/** Many jobs of one claim and one report, on every engine: each counts by itself. */
import { expect, test } from "bun:test";
import { runTriggerOf } from "../src/features/jobs/attempt-run.ts";
import { claimedHere } from "../src/features/jobs/claimed.ts";
import {
  cancelJob,
  claimJobs,
  claimSchema,
  completeJob,
  enqueueJob,
  enqueueSchema,
  FEATURES,
  failJob,
  getJob,
  jobQueueSchema,
  jobReportsSchema,
  reportJobs,
  type ShownJob,
  saveJobQueue,
  sleepJob,
} from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine } from "./log-world.ts";

await onEachDatabase("many jobs at once", suite);

function suite(kind: LogDatabases): void {
  async function open() {
    const passed = { ms: 0 };
    const { driver, ctx } = await openEngine((await kind.createMigrated())(), {
      features: FEATURES,
      now: () => Date.now() + passed.ms,
      config: { appUrl: "http://localhost", authRateLimit: 0, maxScan: 1_000_000 },
    });
    const enqueue = async (input: object) =>
      (await enqueueJob(await ctx(), enqueueSchema.parse(input))) as unknown as ShownJob;
    const claim = async (input: object) => {
      passed.ms += 1000;
      return claimJobs(await ctx(), "default", claimSchema.parse(input));
    };
    const code = (error: unknown) => (error as { code: string }).code;
    return { driver, ctx, passed, enqueue, claim, code };
  }

  test("reports of many jobs at once count or not each by itself, and once however often they are sent", async () => {
    const { driver, ctx, enqueue, claim, passed, code } = await open();
    for (const name of ["done", "fails", "dies", "back", "gone", "stopped", "large"]) await enqueue({ name });
    const claimed = await claim({ limit: 10 });
    const of = (name: string) => {
      const { id, lease } = claimed.find((job) => job.name === name)!;
      return { id, lease };
    };
    const send = async (...reports: object[]) => reportJobs(await ctx(), jobReportsSchema.parse({ reports }));
    await cancelJob(await ctx(), of("stopped").id);
    const all = [
      { action: "complete", ...of("done"), result: { sum: 3 } },
      { action: "fail", ...of("fails"), error: "no\0 luck \ud800", retry_in: 60 },
      { action: "fail", ...of("dies"), error: "never", retry: false },
      { action: "release", ...of("back") },
      { action: "complete", ...of("gone"), lease: "another" },
      { action: "complete", ...of("stopped") },
      { action: "complete", ...of("large"), result: "x".repeat(300_000) },
      { action: "complete", id: crypto.randomUUID(), lease: "none" },
    ];
    const states = (results: { state: string | null; refused: { code: string } | null }[]) =>
      results.map(({ state, refused }) => [state, refused?.code ?? null]);
    const lost = [
      ["active", "CONFLICT"],
      ["cancelled", "CONFLICT"],
      ["active", "LIMIT_EXCEEDED"],
      [null, "NOT_FOUND"],
    ];
    const ended = [
      ["succeeded", null],
      ["scheduled", null],
      ["dead", null],
    ];
    expect(states(await send(...all))).toEqual([...ended, ["pending", null], ...lost]);
    // The answer was lost. Only what was given back has no lease any more.
    expect(states(await send(...all))).toEqual([...ended, ["pending", "CONFLICT"], ...lost]);
    const twice = send({ action: "release", ...of("gone") }, { action: "release", ...of("gone") });
    expect(await twice.catch(code)).toBe("VALIDATION");
    const shown = async (name: string) => getJob(await ctx(), of(name).id);
    expect(await shown("done")).toMatchObject({ state: "succeeded", result: { sum: 3 }, last_error: null });
    expect(await shown("fails")).toMatchObject({ state: "scheduled", last_error: "no luck \ufffd", attempts: 1 });
    expect(await shown("dies")).toMatchObject({ state: "dead", last_error: "never" });
    expect(await shown("back")).toMatchObject({ state: "pending", attempts: 0 });
    const runs = await driver.all({ sql: "select status from plinth_runs order by status", params: [] });
    expect(runs.map(({ status }) => status)).toEqual(["cancelled", "failed", "failed", "succeeded"]);
    // Of a worker that has lost its lease, nothing is stored.
    passed.ms += 70_000;
    await claim({ limit: 10 });
    expect(states(await send({ action: "complete", ...of("gone") }))).toEqual([["active", "CONFLICT"]]);
    await driver.close?.();
  });

  test("of a claimed job no payload is kept, and nothing when its attempt has ended in any way", async () => {
    const { driver, ctx, enqueue, claim, passed } = await open();
    const names = ["done", "fails", "sleeps", "cancelled", "back", "lost"];
    for (const name of names) await enqueue({ name });
    // As one that a trigger has stored.
    const { id } = await enqueue({ name: "triggered" });
    const payload = JSON.stringify({ text: "x".repeat(1000), trigger: { type: "cron" } });
    const triggered = `${id.slice(0, 14)}8${id.slice(15)}`;
    const sql = `update plinth_jobs set id = '${triggered}', payload = '${payload}' where id = '${id}'`;
    await driver.run({ sql, params: [] });
    const claimed = await claim({ limit: 10 });
    const { engine, principal } = await ctx();
    const known = (job: { id: string; lease: string }) => claimedHere(engine, principal.workspaceId, job);
    expect(claimed.map((job) => known(job)!.payload.length < 100)).toEqual(Array(7).fill(true));
    expect(runTriggerOf(known(claimed.find((job) => job.id === triggered)!)!)).toBe("cron");
    const of = (name: string) => claimed.find((job) => job.name === name)!;
    await completeJob(await ctx(), of("done").id, { lease: of("done").lease, result: null });
    await failJob(await ctx(), of("fails").id, { lease: of("fails").lease, error: "no", retry: true });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await sleepJob(await ctx(), of("sleeps").id, { lease: of("sleeps").lease, until });
    await cancelJob(await ctx(), of("cancelled").id);
    const back = { action: "release", id: of("back").id, lease: of("back").lease };
    await reportJobs(await ctx(), jobReportsSchema.parse({ reports: [back] }));
    passed.ms += 70_000;
    await claim({ limit: 0 });
    expect(claimed.filter((job) => known(job) !== undefined)).toEqual([]);
    await driver.close?.();
  });

  test("what is claimed ahead has an attempt left, no key, no limit, and comes after what is more urgent", async () => {
    const { driver, ctx, enqueue, claim } = await open();
    const names = (claimed: { name: string }[]) => claimed.map(({ name }) => name);
    for (const name of ["a", "b", "c"]) await enqueue({ name });
    await enqueue({ name: "last", max_attempts: 1 });
    await enqueue({ name: "urgent", priority: 5 });
    expect(names(await claim({ limit: 0, ahead: 1 }))).toEqual(["urgent"]);
    expect(names(await claim({ limit: 1, ahead: 10 }))).toEqual(["a", "b", "c"]);
    expect(names(await claim({ limit: 0, ahead: 10 }))).toEqual([]);
    expect(names(await claim({ limit: 1, ahead: 10 }))).toEqual(["last"]);
    for (const name of ["k1", "k2"]) await enqueue({ name, concurrency_key: name });
    expect(names(await claim({ limit: 0, ahead: 10 }))).toEqual([]);
    expect(names(await claim({ limit: 1, ahead: 10 }))).toEqual(["k1"]);
    expect(names(await claim({ limit: 1, ahead: 10 }))).toEqual(["k2"]);
    await saveJobQueue(await ctx(), "default", jobQueueSchema.parse({ concurrency: 20 }));
    for (const name of ["d", "e"]) await enqueue({ name });
    expect(names(await claim({ limit: 0, ahead: 10 }))).toEqual([]);
    expect(names(await claim({ limit: 1, ahead: 10 }))).toEqual(["d"]);
    await driver.close?.();
  });
}
