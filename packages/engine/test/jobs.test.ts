/** Jobs on every engine: stored with the writes that cause them, claimed once, and never lost with a worker. */
import { expect, test } from "bun:test";
import type { Json, JsonObject } from "@plinth/core";
import { until } from "@plinth/core/testing";
import {
  cancelJob,
  claimJobs,
  claimSchema,
  completeJob,
  completeSchema,
  enqueueJob,
  enqueueSchema,
  FEATURES,
  type Feature,
  failJob,
  failSchema,
  getJob,
  heartbeatJob,
  heartbeatSchema,
  JobFailure,
  keepStep,
  keepStepSchema,
  listItems,
  listJobs,
  listSteps,
  type RunningJob,
  retryJob,
  runBatch,
  type ShownJob,
  sleepJob,
  startFeatures,
  tickFeatures,
  type WriteInput,
} from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine } from "./log-world.ts";
import { listIn } from "./texts.ts";

const HOUR = 3_600_000;

await onEachDatabase("jobs", suite);

function suite(kind: LogDatabases): void {
  async function open(features: readonly Feature[] = FEATURES) {
    const passed = { ms: 0 };
    const world = await openEngine((await kind.createMigrated())(), {
      features,
      now: () => Date.now() + passed.ms,
      config: { appUrl: "http://localhost", authRateLimit: 0, maxScan: 1_000_000 },
    });
    const { ctx } = world;
    const enqueue = async (input: object) =>
      (await enqueueJob(await ctx(), enqueueSchema.parse(input))) as unknown as ShownJob;
    const claim = async (input: object = {}) => {
      passed.ms += 1000;
      return claimJobs(await ctx(), "default", claimSchema.parse(input));
    };
    const code = (error: unknown) => (error as { code: string }).code;
    return { ...world, passed, enqueue, claim, code };
  }
  const batch = (ctx: Parameters<typeof runBatch>[0], ...operations: object[]) =>
    runBatch(ctx, operations as unknown as WriteInput[]);

  test("a job of a batch exists if and only if its writes do, and knows what they have made", async () => {
    const { driver, ctx, define, claim, code } = await open();
    await define();
    const post = { op: "create", collection: "posts", data: { n: 1 } };
    const job = { op: "enqueue", name: "greet", payload: { post: { $ref: "ops.0.id" }, n: { $ref: "ops.0.n" } } };
    const { data } = await batch(await ctx(), post, job);
    const [made, stored] = data as [JsonObject, JsonObject];
    expect(stored).toMatchObject({ state: "pending", payload: { post: made.id!, n: 1 } });
    const guard = { op: "guard", collection: "posts", filter: { n: 99 }, exists: true };
    const refused = await batch(await ctx(), post, job, guard).catch(code);
    expect(refused).toBe("CONFLICT");
    expect((await listItems(await ctx(), "posts", listIn({}))).data).toHaveLength(1);
    expect(await claim({ limit: 10 })).toMatchObject([{ id: stored.id!, attempts: 1, state: "active" }]);
    await driver.close?.();
  });

  test("while a job with a unique key has not ended, no other is made", async () => {
    const { driver, ctx, enqueue, claim } = await open();
    const input = { name: "sum", unique_key: "2026-11" };
    const first = await enqueue(input);
    expect((await enqueue(input)).id).toBe(first.id);
    const { data } = await batch(await ctx(), { op: "enqueue", ...input });
    expect(data).toMatchObject([{ id: first.id }]);
    const { lease } = (await claim())[0]!;
    await completeJob(await ctx(), first.id, completeSchema.parse({ lease }));
    const next = await enqueue(input);
    expect(next.id).not.toBe(first.id);
    expect(await retryJob(await ctx(), first.id).catch((e) => e.details.field)).toBe("unique_key");
    await driver.close?.();
  });

  test("jobs are claimed once, those of the highest priority first, and not before their time", async () => {
    const { driver, enqueue, claim, passed } = await open();
    for (let n = 0; n < 6; n++) await enqueue({ name: `${n}`, priority: n % 3 });
    await enqueue({ name: "late", delay: 3600, priority: 9 });
    await enqueue({ name: "other", queue: "other" });
    expect((await claim({ limit: 2 })).map(({ name }) => name)).toEqual(["2", "5"]);
    const claims = await Promise.all([1, 2, 3, 4, 5].map(() => claim({ limit: 1 })));
    expect(
      claims
        .flat()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["0", "1", "3", "4"]);
    passed.ms += HOUR;
    // Those of before were lost with their workers.
    expect((await claim({ limit: 50 })).map(({ name }) => name)).toEqual(["late", "2", "5", "1", "4", "0", "3"]);
    await driver.close?.();
  });

  test("of jobs with one concurrency key, one is active at a time, however many claim at once", async () => {
    const { driver, ctx, enqueue, claim } = await open();
    const names = async () => (await Promise.all([1, 2, 3].map(() => claim({ limit: 3 })))).flat();
    for (const name of ["a1", "a2", "b1", "b2"]) await enqueue({ name, concurrency_key: name[0] });
    await enqueue({ name: "free" });
    await enqueue({ name: "first", priority: 1 });
    const taken = await names();
    // Claims at the same time pass over what another one is looking at.
    for (let more = await names(); more.length > 0; more = await names()) taken.push(...more);
    expect(taken.map(({ name }) => name).sort()).toEqual(["a1", "b1", "first", "free"]);
    expect(await names()).toEqual([]);
    const { id, lease } = taken.find(({ name }) => name === "a1")!;
    await completeJob(await ctx(), id, completeSchema.parse({ lease }));
    expect((await names()).map(({ name }) => name)).toEqual(["a2"]);
    await driver.close?.();
  });

  test("a job of a worker that has gone is another's, and its own report counts no more", async () => {
    const { driver, ctx, enqueue, claim, passed, code } = await open();
    const { id } = await enqueue({ name: "long", max_attempts: 2 });
    const [first] = await claim();
    passed.ms += 50_000;
    const sign = heartbeatSchema.parse({ lease: first!.lease, progress: { done: 1 } });
    expect(await heartbeatJob(await ctx(), id, sign)).toMatchObject({ progress: { done: 1 } });
    passed.ms += 50_000;
    expect(await claim()).toEqual([]);
    passed.ms += 20_000;
    const [second] = await claim();
    expect(second).toMatchObject({ id, attempts: 2, last_error: "The worker did not report in time." });
    const late = completeSchema.parse({ lease: first!.lease, result: "late" });
    expect(await completeJob(await ctx(), id, late).catch(code)).toBe("CONFLICT");
    const done = completeSchema.parse({ lease: second!.lease, result: { sum: 3 } });
    expect(await completeJob(await ctx(), id, done)).toMatchObject({ state: "succeeded", result: { sum: 3 } });
    // The answer to the report was lost: it is sent again.
    expect(await completeJob(await ctx(), id, done)).toMatchObject({ state: "succeeded" });
    await driver.close?.();
  });

  test("failed attempts are made again at growing intervals, until the job is dead; then it can be replayed", async () => {
    const { driver, ctx, enqueue, claim, passed } = await open();
    const { id } = await enqueue({ name: "flaky", max_attempts: 2 });
    const failing = async (input: object = {}) => {
      const [job] = await claim();
      return failJob(await ctx(), id, failSchema.parse({ lease: job!.lease, error: "no luck", ...input }));
    };
    expect(await failing()).toMatchObject({ state: "scheduled", last_error: "no luck" });
    expect(await claim()).toEqual([]);
    passed.ms += 20_000;
    expect(await failing()).toMatchObject({ state: "dead", attempts: 2 });
    passed.ms += HOUR;
    expect(await claim()).toEqual([]);
    expect(await retryJob(await ctx(), id)).toMatchObject({ state: "pending", attempts: 0 });
    expect(await failing({ retry: false })).toMatchObject({ state: "dead", attempts: 1 });
    passed.ms += 31 * 24 * HOUR;
    await tickFeatures((await ctx()).engine, driver);
    expect((await listJobs(await ctx(), { limit: 10 })).data).toEqual([]);
    await driver.close?.();
  });

  test("a cancelled job does not run, and its worker hears of it", async () => {
    const { driver, ctx, enqueue, claim, code } = await open();
    const { id } = await enqueue({ name: "long" });
    const [job] = await claim();
    expect(await cancelJob(await ctx(), id)).toMatchObject({ state: "cancelled" });
    const sign = heartbeatSchema.parse({ lease: job!.lease });
    expect(await heartbeatJob(await ctx(), id, sign).catch(code)).toBe("CONFLICT");
    expect(await cancelJob(await ctx(), id).catch(code)).toBe("CONFLICT");
    expect((await getJob(await ctx(), id)).state).toBe("cancelled");
    await driver.close?.();
  });

  test("a worker that waits gets a job at once", async () => {
    const { driver, enqueue, claim } = await open();
    const waiting = claim({ wait: 20 });
    await enqueue({ name: "now" });
    expect(await waiting).toMatchObject([{ name: "now" }]);
    await driver.close?.();
  });

  test("a step with a result does not run again, whatever happens to the attempt, and a job that sleeps takes nothing", async () => {
    const ran: string[] = [];
    const note = (name: string) => () => {
      ran.push(name);
      return name;
    };
    const stepping: Feature = {
      name: "stepping",
      jobs: [
        {
          kind: "stepping",
          async run({ attempt }: RunningJob, { step }) {
            const first = await step.run("first", note("first"));
            const both = await step.all({ a: note("a"), b: note("b") });
            if (attempt === 1 && !ran.includes("died")) {
              ran.push("died");
              throw new JobFailure("died");
            }
            await step.sleep("month", 30 * 24 * 3600);
            const last = await step.run("last", () => note("last")());
            return { first, ...both, last };
          },
        },
      ],
    };
    const { driver, engine, ctx, enqueue, passed } = await open([...FEATURES, stepping]);
    const { id } = await enqueue({ kind: "stepping" });
    const tick = async (ms: number) => {
      passed.ms += ms;
      await tickFeatures(engine, driver);
      return getJob(await ctx(), id);
    };
    expect(await tick(0)).toMatchObject({ state: "scheduled", last_error: "died" });
    const asleep = await tick(20_000);
    expect(asleep).toMatchObject({ state: "scheduled", attempts: 1, last_error: null });
    expect(await tick(29 * 24 * HOUR)).toMatchObject({ state: "scheduled" });
    const result = { first: "first", a: "a", b: "b", last: "last" };
    expect(await tick(24 * HOUR)).toMatchObject({ state: "succeeded", attempts: 2, result });
    expect(ran).toEqual(["first", "a", "b", "died", "last"]);
    const { data, has_more } = await listSteps(await ctx(), id, { limit: 10 });
    expect(data.map(({ name }) => name).sort()).toEqual(["a", "b", "first", "last", "month"]);
    expect(has_more).toBe(false);
    await driver.close?.();
  });

  test("a step is kept by the worker that has the job, and its first result stays", async () => {
    const { driver, ctx, enqueue, claim, code } = await open();
    const { id } = await enqueue({ name: "long" });
    const { lease } = (await claim())[0]!;
    const keep = async (input: object) =>
      keepStep(await ctx(), id, keepStepSchema.parse({ lease, name: "pay", ...input }));
    expect(await keep({ result: 1 })).toMatchObject({ name: "pay", result: 1 });
    expect(await keep({ result: 2 })).toMatchObject({ result: 1 });
    expect(await keep({ lease: "another", name: "x" }).catch(code)).toBe("CONFLICT");
    const until = new Date(Date.now() + 24 * HOUR).toISOString();
    expect(await sleepJob(await ctx(), id, { lease, until })).toMatchObject({ state: "scheduled", attempts: 0 });
    expect(await keep({ name: "late" }).catch(code)).toBe("CONFLICT");
    await driver.close?.();
  });

  test("the server runs kinds of its own, again after a failure, and gives back what it has not done at its end", async () => {
    const runs: string[] = [];
    let hold = true;
    const echo: Feature = {
      name: "echo",
      jobs: [
        {
          kind: "echo",
          check: (_, payload) => (payload === null ? { field: "payload", problem: "is required" } : undefined),
          async run({ payload, attempt }: RunningJob, { signal }) {
            runs.push(`${payload} ${attempt}`);
            if (payload === "fails" && attempt === 1) throw new JobFailure("not yet");
            if (payload === "hangs" && hold)
              await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
            return { payload } as { payload: Json };
          },
        },
      ],
    };
    const { driver, engine, ctx, enqueue, passed, code } = await open([...FEATURES, echo]);
    const refusal = await enqueue({ kind: "echo" }).catch((e) => e.details.field);
    expect(refusal).toBe("payload");
    expect(await enqueue({ kind: "nothing", name: "x" }).catch(code)).toBe("VALIDATION");
    const running = startFeatures(engine, driver);
    const jobs: ShownJob[] = [];
    for (const payload of ["works", "fails", "hangs"])
      jobs.push(await enqueue({ kind: "echo", payload, queue: payload }));
    const stateOf = async (n: number) => (await getJob(await ctx(), jobs[n]!.id)).state;
    await until(async () => (await stateOf(0)) === "succeeded" && runs.includes("fails 1"));
    await until(() => runs.includes("hangs 1"));
    passed.ms += 20_000;
    await until(async () => (await stateOf(1)) === "succeeded");
    await running.stop();
    expect(await getJob(await ctx(), jobs[2]!.id)).toMatchObject({ state: "pending", attempts: 0 });
    hold = false;
    await tickFeatures(engine, driver);
    expect(await getJob(await ctx(), jobs[2]!.id)).toMatchObject({ state: "succeeded", result: { payload: "hangs" } });
    expect(runs.sort()).toEqual(["fails 1", "fails 2", "hangs 1", "hangs 1", "works 1"]);
    await driver.close?.();
  });
}
