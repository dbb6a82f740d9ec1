/** The log of runs on every engine: one run for each attempt, whatever becomes of it, in the trace of the request that has caused it. */
import { expect, test } from "bun:test";
import { firstUuidv7, type SqlDriver } from "@plinth/core";
import { claimProof } from "@plinth/db";
import { trimRuns } from "../src/features/runs/retention.ts";
import {
  beginRun,
  cancelJob,
  cancelJobs,
  cancelJobsSchema,
  claimJobs,
  claimSchema,
  collectRun,
  completeJob,
  completeSchema,
  enqueueJob,
  enqueueSchema,
  failJob,
  failSchema,
  followRuns,
  followRunsSchema,
  listRunsSchema,
  listWorkspaceRuns,
  recordRun,
  runContextOf,
  type ShownJob,
  showRun,
  sleepJob,
  sleepSchema,
  tickFeatures,
} from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine, W } from "./log-world.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
/** From now, of a test whose ids must be those of its clock. */
let years = 10;

await onEachDatabase("runs", suite);

function suite(kind: LogDatabases): void {
  async function open() {
    const passed = { ms: 0 };
    const world = await openEngine((await kind.createMigrated())(), {
      now: () => Date.now() + passed.ms,
      config: { appUrl: "http://localhost", authRateLimit: 0, runsKeepCount: 10 },
    });
    const ctx = async () => {
      const client = { clientAddress: undefined, sessionToken: undefined, traceparent: TRACEPARENT };
      return { ...(await world.ctx()), client, requestId: "r1" };
    };
    const runs = async (filter: object = {}) =>
      (await listWorkspaceRuns(await ctx(), { ...listRunsSchema.parse(filter), limit: 100 })).data.toReversed();
    return { ...world, ctx, passed, runs };
  }

  test("each attempt at a job is one run, whatever becomes of it", async () => {
    const { driver, ctx, passed, runs } = await open();
    const { id } = (await enqueueJob(
      await ctx(),
      enqueueSchema.parse({ name: "bill", max_attempts: 9 }),
    )) as unknown as ShownJob;
    const claim = async () => {
      passed.ms += 2 * HOUR_MS;
      return (await claimJobs(await ctx(), "default", claimSchema.parse({ worker: "w" })))[0]!;
    };
    const traceparents: string[] = [];
    const claimed = async () => {
      const { lease, traceparent } = await claim();
      traceparents.push(traceparent);
      return lease;
    };
    await failJob(await ctx(), id, failSchema.parse({ lease: await claimed(), error: "no\0 luck" }));
    const until = new Date(Date.now() + passed.ms + 1000).toISOString();
    await sleepJob(await ctx(), id, sleepSchema.parse({ lease: await claimed(), until }));
    const late = await claimed();
    const last = await claimed();
    await completeJob(await ctx(), id, completeSchema.parse({ lease: late })).catch(() => {});
    await completeJob(await ctx(), id, completeSchema.parse({ lease: last }));
    // The same report once more is answered as the first.
    await completeJob(await ctx(), id, completeSchema.parse({ lease: last }));
    const all = (await runs({ job: id })).sort((a, b) => (a.started_at < b.started_at ? -1 : 1));
    expect(all.map(({ status }) => status)).toEqual(["failed", "suspended", "lost", "succeeded"]);
    // Who follows the log looks for runs from the last second on.
    const storedAt = Number.parseInt(all[2]!.id.replace("-", "").slice(0, 12), 16);
    expect(storedAt).toBeGreaterThan(Date.now() + passed.ms - HOUR_MS);
    expect(all[0]).toMatchObject({ kind: "job", name: "bill", trigger: "enqueue", error: { message: "no luck" } });
    expect(all[0]!.attributes).toEqual({
      "job.kind": "task",
      "job.queue": "default",
      "job.attempt": 1,
      "job.worker": "w",
    });
    for (const [i, run] of all.entries()) {
      expect(run).toMatchObject({
        trace_id: TRACE,
        parent_span_id: "00f067aa0ba902b7",
        request_id: "r1",
        actor: "key:k1",
      });
      expect(traceparents[i]).toBe(`00-${TRACE}-${run.span_id}-01`);
    }
    const { id: other } = (await enqueueJob(await ctx(), enqueueSchema.parse({ name: "b" }))) as unknown as ShownJob;
    await claim();
    await cancelJob(await ctx(), other);
    expect(await runs({ status: "cancelled" })).toMatchObject([{ job_id: other }]);
    expect(await runs({ name: "bill", status: "failed,lost" })).toHaveLength(2);
    expect(await runs({ trace: TRACE, since: at(passed.ms + 1000) })).toEqual([]);
    const some = await runs({ trace: TRACE, since: all[1]!.started_at, until: all[3]!.started_at });
    expect(some.map(({ status }) => status).toSorted()).toEqual(["lost", "suspended"]);
    await driver.close?.();
  });

  test("a run is stored with its spans, without secrets, and goes when it is old or one of many", async () => {
    const { driver, engine, ctx, passed, runs } = await open();
    const base = runContextOf(await ctx());
    const short = collectRun(base, { kind: "function", name: "f", version: 2, trigger: "http" });
    const refused = short.span("db.list", { collection: "posts" }, async (span) => {
      await span.span("fetch", { url: "x".repeat(9000) }, ({ set }) =>
        set({ api_key: "hush", deep: { token: "hush" } }),
      );
      throw new Error("no");
    });
    expect(await refused.catch(({ message }) => message)).toBe("no");
    const id = await short.end({
      status: "failed",
      error: { message: "no" },
      ms: 12.4,
      logs: { lines: [], left_out: 0 },
    });
    const shown = await showRun(await ctx(), id);
    expect(shown).toMatchObject({ version: 2, ms: 12, status: "failed", trace_id: TRACE });
    const [list, fetched] = shown.spans;
    expect(list).toMatchObject({ name: "db.list", status: "error", error: "no", parent_span_id: shown.span_id });
    expect(fetched!.parent_span_id).toBe(list!.span_id);
    expect(fetched!.attributes).toMatchObject({ api_key: "[redacted]", deep: { token: "[redacted]" } });
    expect((fetched!.attributes.url as string).length).toBe(4000);

    const long = await beginRun(base, { kind: "flow", name: "g", trigger: "manual" });
    await long.span("one", {}, () => 1);
    expect(await runs({ status: "running" })).toMatchObject([{ id: long.id, ms: null }]);
    await long.end({ status: "succeeded" });
    const again = await beginRun(base, { id: long.id, kind: "flow", name: "g", trigger: "manual" });
    await again.span("two", {}, () => 2);
    await again.end({ status: "succeeded" });
    expect((await showRun(await ctx(), long.id)).spans.map(({ name }) => name)).toEqual(["one", "two"]);

    // Whose job is gone: nobody goes on with it.
    const gone = firstUuidv7(1);
    await beginRun(base, { kind: "flow", name: "left", trigger: "manual", jobId: gone });
    for (let i = 0; i < 12; i++)
      await recordRun(base, { kind: "webhook", name: "w", trigger: "change", status: "succeeded" });
    const tick = async (ms: number) => {
      passed.ms += ms;
      for (let i = 0; i < 10; i++) await tickFeatures(engine, driver);
    };
    await tick(HOUR_MS);
    expect(await runs({ job: gone })).toMatchObject([{ status: "lost" }]);
    expect(await runs({ kind: "webhook" })).toHaveLength(10);
    await tick(8 * DAY_MS);
    expect(await runs()).toEqual([]);
    await driver.close?.();
  });

  test("a run of several attempts ends as its job does, and only who has the job says how", async () => {
    const { driver, engine, ctx, passed, runs } = await open();
    const base = runContextOf(await ctx());
    const enqueue = async (more: object = {}) =>
      ((await enqueueJob(await ctx(), enqueueSchema.parse({ name: "n", ...more }))) as unknown as ShownJob).id;
    const claim = async () => (await claimJobs(await ctx(), "default", claimSchema.parse({ worker: "w" })))[0]!.lease;
    const begin = (jobId: string, lease: string, run?: string) => {
      const proof = claimProof({ workspaceId: W, id: jobId, lease });
      return beginRun(base, { id: run, kind: "flow", name: "f", trigger: "manual", jobId, proof });
    };
    const statusOf = async (job: string) => (await runs({ job, kind: "flow" })).map(({ status }) => status);
    const tick = async (ms: number) => {
      passed.ms += ms;
      for (let i = 0; i < 5; i++) await tickFeatures(engine, driver);
    };

    // Its end could not be stored; that of its job could.
    const done = await enqueue();
    const lease = await claim();
    await begin(done, lease);
    await completeJob(await ctx(), done, completeSchema.parse({ lease }));
    await tick(HOUR_MS);
    expect(await statusOf(done)).toEqual(["succeeded"]);

    // One that has lost the job to another says nothing of it, and that one does.
    const taken = await enqueue();
    const early = await claim();
    const first = await begin(taken, early);
    passed.ms += 2 * HOUR_MS;
    await tick(0);
    const late = await claim();
    const second = await begin(taken, late, first.id);
    await first.end({ status: "cancelled" });
    expect(await statusOf(taken)).toEqual(["running"]);
    await second.end({ status: "succeeded" });
    await begin(taken, early, first.id);
    expect(await statusOf(taken)).toEqual(["succeeded"]);
    await completeJob(await ctx(), taken, completeSchema.parse({ lease: late }));

    // It is claimed while many are cancelled.
    const going = await enqueue();
    const own = await ctx();
    let claimed = "";
    const batch: SqlDriver["batch"] = async (queries) => {
      claimed = await claim();
      await begin(going, claimed);
      return driver.batch(queries);
    };
    const beside = { ...own, driver: { ...driver, batch } as SqlDriver };
    await cancelJobs(beside, "default", cancelJobsSchema.parse({}));
    expect(await statusOf(going)).toEqual(["running"]);

    // It waits longer than ended ones are kept, and others of its name are newer.
    const waits = await begin(going, claimed);
    await waits.end({ status: "suspended" });
    const until = new Date(Date.now() + passed.ms + 30 * DAY_MS).toISOString();
    await sleepJob(await ctx(), going, sleepSchema.parse({ lease: claimed, until }));
    for (let i = 0; i < 12; i++)
      await recordRun(base, { kind: "flow", name: "f", trigger: "manual", status: "succeeded" });
    await tick(HOUR_MS);
    await tick(8 * DAY_MS);
    expect(await statusOf(going)).toContain("suspended");
    await driver.close?.();
  });

  test("who follows the log hears of a flow when it begins, and again when it has ended", async () => {
    const { driver, ctx, passed, runs } = await open();
    // Ids of a process never go back, and other tests were in the future.
    passed.ms = years++ * 366 * DAY_MS;
    const base = runContextOf(await ctx());
    const follow = async (after?: string, filter: object = {}) => {
      passed.ms += 2000;
      const found = await followRuns(await ctx(), followRunsSchema.parse({ after, wait: 0, ...filter }));
      return { next: found.next, seen: found.data.map(({ name, status }) => `${name} ${status}`) };
    };
    const { next: start } = await follow();
    const attempt = { kind: "job", name: "f", trigger: "enqueue", attributes: { "job.kind": "flow" } } as const;
    const jobId = firstUuidv7(passed.ms + Date.now());
    const flow = await beginRun(base, { kind: "flow", name: "f", trigger: "manual", jobId });
    await recordRun(base, { ...attempt, jobId: firstUuidv7(1), attributes: { "job.kind": "task" }, status: "failed" });
    const first = await follow(start);
    expect(first.seen).toEqual(["f running", "f failed"]);
    await flow.end({ status: "failed" });
    await recordRun(base, { ...attempt, jobId, status: "failed" });
    expect((await follow(first.next)).seen).toEqual(["f failed", "f failed"]);
    expect((await follow(first.next, { kind: "flow", status: "failed" })).seen).toEqual(["f failed"]);
    expect((await follow(first.next, { kind: "flow", status: "succeeded" })).seen).toEqual([]);
    expect((await follow(start)).seen).toEqual(["f failed", "f failed", "f failed"]);

    // Its place is of a clock that was ahead.
    const { next } = await follow(firstUuidv7(Date.now() + passed.ms + DAY_MS));
    expect(next < firstUuidv7(Date.now() + passed.ms)).toBe(true);
    expect(await runs({ kind: "flow" })).toHaveLength(1);
    await driver.close?.();
  });

  test("a clock that was far ahead and is set back hides no runs, and keeps none for ever", async () => {
    const { driver, engine, ctx, passed, runs } = await open();
    const ran = async (name: string) =>
      recordRun(runContextOf(await ctx()), { kind: "function", name, trigger: "http", status: "succeeded" });
    passed.ms = 3 * 366 * DAY_MS;
    await ran("ahead");
    passed.ms = 0;
    await ran("right");
    expect((await runs({ since: at(-HOUR_MS), until: at(HOUR_MS) })).map(({ name }) => name)).toEqual(["right"]);
    await tickFeatures(engine, driver);
    expect((await runs()).map(({ name }) => name)).toEqual(["right"]);
    passed.ms = -30 * DAY_MS;
    await trimRuns(engine, driver);
    expect((await runs()).map(({ name }) => name)).toEqual(["right"]);
    passed.ms = 8 * DAY_MS;
    for (let i = 0; i < 5; i++) await tickFeatures(engine, driver);
    expect(await runs()).toEqual([]);
    await driver.close?.();
  });
}
