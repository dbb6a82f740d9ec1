/** Queues of jobs on every engine: pauses and limits hold for all processes, and many jobs are run again or cancelled at once. */
import { expect, test } from "bun:test";
import {
  cancelJobs,
  cancelJobsSchema,
  claimJobs,
  claimSchema,
  completeJob,
  completeSchema,
  enqueueJob,
  enqueueSchema,
  FEATURES,
  failJob,
  failSchema,
  getJobQueue,
  jobQueueSchema,
  listJobQueues,
  pauseJobQueue,
  replayJobs,
  replayJobsSchema,
  resumeJobQueue,
  runBatch,
  type ShownJob,
  saveJobQueue,
  tickFeatures,
  type WriteInput,
} from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine } from "./log-world.ts";

await onEachDatabase("queues of jobs", suite);

function suite(kind: LogDatabases): void {
  /** Two processes on one database. */
  async function open() {
    const passed = { ms: 0 };
    const connect = await kind.createMigrated();
    const options = {
      features: FEATURES,
      now: () => Date.now() + passed.ms,
      config: { appUrl: "http://localhost", authRateLimit: 0, maxScan: 1_000_000 },
    };
    const worlds = [await openEngine(connect(), options), await openEngine(connect(), options)];
    const [{ ctx, engine, driver }] = worlds as [(typeof worlds)[0]];
    const enqueue = async (input: object = {}) =>
      (await enqueueJob(await ctx(), enqueueSchema.parse({ name: "work", ...input }))) as unknown as ShownJob;
    const claim = async (limit = 1, world = worlds[0]!) =>
      claimJobs(await world.ctx(), "default", claimSchema.parse({ limit }));
    /** So many claims of each process at once. */
    const race = async (claims: number, limit: number) => {
      const all = worlds.flatMap((world) => Array.from({ length: claims }, () => claim(limit, world)));
      return (await Promise.all(all)).flat();
    };
    const save = async (input: object) => saveJobQueue(await ctx(), "default", jobQueueSchema.parse(input));
    const complete = async ({ id, lease }: { id: string; lease: string }) =>
      completeJob(await ctx(), id, completeSchema.parse({ lease }));
    const close = async () => {
      for (const world of worlds) await world.driver.close?.();
    };
    return { ctx, engine, driver, passed, enqueue, claim, race, save, complete, close };
  }

  test("no more jobs are active than a queue allows, however many claim at once", async () => {
    const { enqueue, race, save, complete, claim, close } = await open();
    for (let n = 0; n < 12; n++) await enqueue(n % 4 === 0 ? { concurrency_key: "k" } : {});
    await save({ concurrency: 3 });
    const begun = await race(4, 2);
    expect(begun).toHaveLength(3);
    expect(await race(2, 5)).toEqual([]);
    await complete(begun[0]!);
    await complete(begun[1]!);
    expect(await race(3, 5)).toHaveLength(2);
    await save({});
    expect(await claim(50)).not.toEqual([]);
    await close();
  });

  test("no more jobs begin within a time than a queue allows", async () => {
    const { enqueue, race, save, complete, passed, close } = await open();
    for (let n = 0; n < 12; n++) await enqueue();
    await save({ rate_limit: { jobs: 4, seconds: 3600 } });
    const begun = await race(3, 3);
    expect(begun).toHaveLength(4);
    for (const job of begun) await complete(job);
    expect(await race(2, 5)).toEqual([]);
    passed.ms += 3_600_001;
    expect(await race(3, 2)).toHaveLength(4);
    // A clock that was ahead, and has been set back.
    passed.ms -= 9_000_000;
    expect(await race(3, 2)).toHaveLength(4);
    await close();
  });

  test("nothing of a paused queue begins, and the settings hold for jobs that name none", async () => {
    const { ctx, enqueue, claim, save, complete, passed, close } = await open();
    await pauseJobQueue(await ctx(), "default");
    const { max_attempts } = await enqueue();
    expect(max_attempts).toBe(5);
    expect(await claim()).toEqual([]);
    expect(await save({ max_attempts: 2, backoff_seconds: 100, max_backoff_seconds: 100 })).toMatchObject({
      paused: true,
      max_attempts: 2,
    });
    expect(await resumeJobQueue(await ctx(), "default")).toMatchObject({ paused: false, max_attempts: 2 });
    const [first] = await claim();
    await complete(first!);
    expect((await enqueue()).max_attempts).toBe(2);
    const inputs = [
      { op: "enqueue", name: "a" },
      { op: "enqueue", name: "b", max_attempts: 7 },
    ] as unknown as WriteInput[];
    expect((await runBatch(await ctx(), inputs)).data).toMatchObject([{ max_attempts: 2 }, { max_attempts: 7 }]);
    passed.ms += 1000;
    const [job] = await claim();
    const failed = await failJob(await ctx(), job!.id, failSchema.parse({ lease: job!.lease, error: "no" }));
    const pause = Date.parse(failed.run_at) - Date.now() - passed.ms;
    expect(pause).toBeGreaterThan(60_000);
    expect(pause).toBeLessThan(126_000);
    await close();
  });

  test("ended jobs are kept as long as their queue says", async () => {
    const { ctx, engine, driver, enqueue, claim, save, complete, passed, close } = await open();
    await save({ keep_succeeded_seconds: 60, keep_dead_seconds: 120 });
    await enqueue();
    await enqueue({ max_attempts: 1 });
    const { id } = await enqueue({ payload: { trigger: { type: "date" } }, priority: 9 });
    const ofTrigger = `${id.slice(0, 14)}8${id.slice(15)}`;
    await driver.run({ sql: `update plinth_jobs set id = '${ofTrigger}' where id = '${id}'`, params: [] });
    await complete((await claim())[0]!);
    const [done, lost] = await claim(2);
    await complete(done!);
    const counts = async () => (await getJobQueue(await ctx(), "default")).counts;
    passed.ms += 61_000;
    await tickFeatures(engine, driver);
    // The other one died as its worker did not report.
    expect(await counts()).toMatchObject({ succeeded: 1, dead: 1, active: 0 });
    passed.ms += 121_000;
    await tickFeatures(engine, driver);
    // What a trigger has stored a job for could come again.
    expect(await counts()).toMatchObject({ dead: 0, succeeded: 1 });
    passed.ms += 2 * 86_400_000;
    await tickFeatures(engine, driver);
    expect(await counts()).toMatchObject({ succeeded: 0 });
    expect(lost).toBeDefined();
    await close();
  });

  test("queues tell what is in them", async () => {
    const { ctx, enqueue, claim, complete, passed, close } = await open();
    const oldest = await enqueue({ priority: -3 });
    for (const priority of [0, 5, 5]) await enqueue({ priority });
    await enqueue({ queue: "later", delay: 60 });
    await pauseJobQueue(await ctx(), "empty");
    await complete((await claim())[0]!);
    const list = async (input: object = {}) => listJobQueues(await ctx(), { limit: 50, ...input });
    const { data, has_more } = await list();
    expect(data.map(({ queue, paused, counts }) => ({ queue, paused, counts }))).toMatchObject([
      { queue: "default", paused: false, counts: { pending: 3, succeeded: 1, active: 0 } },
      { queue: "empty", paused: true, counts: { pending: 0 } },
      { queue: "later", paused: false, counts: { scheduled: 1 } },
    ]);
    expect(data[0]).toMatchObject({ oldest_pending_at: oldest.run_at, succeeded_last_minute: 1 });
    expect(has_more).toBe(false);
    const first = await list({ limit: 1 });
    const second = await list({ limit: 1, cursor: first.next_cursor });
    expect([first, second].map((page) => page.data.map(({ queue }) => queue))).toEqual([["default"], ["empty"]]);
    passed.ms += 120_000;
    expect(await getJobQueue(await ctx(), "default")).toMatchObject({ succeeded_last_minute: 0 });
    await close();
  });

  test("dead jobs of a queue run again together, one of each unique key, and those that wait are cancelled", async () => {
    const { ctx, enqueue, claim, close } = await open();
    const kill = async (input: object) => {
      await enqueue({ ...input, max_attempts: 1 });
      const [job] = await claim();
      await failJob(await ctx(), job!.id, failSchema.parse({ lease: job!.lease, error: "no" }));
    };
    for (const input of [{}, {}, { unique_key: "a" }, { unique_key: "a" }, { unique_key: "b" }, { name: "other" }])
      await kill(input);
    await enqueue({ unique_key: "b" });
    await enqueue({ queue: "other" });
    const replay = async (input: object = {}) => replayJobs(await ctx(), "default", replayJobsSchema.parse(input));
    expect(await replay({ name: "other" })).toEqual({ replayed: 1, passed_over: 0, next: null });
    expect(await replay({ until: "2020-01-01T00:00:00Z" })).toMatchObject({ replayed: 0 });
    expect(await replay()).toEqual({ replayed: 3, passed_over: 2, next: null });
    const { counts } = await getJobQueue(await ctx(), "default");
    expect(counts).toMatchObject({ pending: 5, dead: 2 });
    const cancel = cancelJobsSchema.parse({});
    expect(await cancelJobs(await ctx(), "default", cancel)).toEqual({ cancelled: 5, next: null });
    expect(await claim(50)).toEqual([]);
    expect((await getJobQueue(await ctx(), "other")).counts.pending).toBe(1);
    await close();
  });
}
