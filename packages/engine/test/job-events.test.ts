/** Steps that wait for events, on every engine: an event reaches each of them once, whenever it comes. */
import { expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import { deliverJobEvents } from "../src/features/jobs/events/deliver.ts";
import { insertJobEvent } from "../src/features/jobs/events/repository.ts";
import {
  claimJobs,
  claimSchema,
  enqueueJob,
  enqueueSchema,
  FEATURES,
  type Feature,
  getJob,
  listSteps,
  postEventSchema,
  postJobEvent,
  type ShownJob,
  sleepJob,
  tickFeatures,
  waitForEvent,
  waitSchema,
} from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine, W } from "./log-world.ts";

await onEachDatabase("events of jobs", suite);

const waiting: Feature = {
  name: "waiting",
  jobs: [
    {
      kind: "waiting",
      async run({ payload }, { step }) {
        const { key, timeout = 3600 } = payload as { key: string; timeout?: number };
        const first = await step.waitForEvent("paid", { key, timeout });
        const second = await step.waitForEvent("paid again", { event: "paid", key, timeout });
        return { first: first?.payload ?? null, second: second?.payload ?? null } as JsonObject;
      },
    },
  ],
};

function suite(kind: LogDatabases): void {
  async function open() {
    const passed = { ms: 0 };
    const { driver, engine, ctx } = await openEngine((await kind.createMigrated())(), {
      features: [...FEATURES, waiting],
      now: () => Date.now() + passed.ms,
      config: { appUrl: "http://localhost", authRateLimit: 0, maxScan: 1_000_000 },
      answersWait: true,
    });
    const enqueue = async (input: object) =>
      (await enqueueJob(await ctx(), enqueueSchema.parse(input))) as unknown as ShownJob;
    const post = async (input: object) => postJobEvent(await ctx(), postEventSchema.parse(input));
    const tick = async (ms = 0) => {
      passed.ms += ms;
      await tickFeatures(engine, driver);
    };
    const job = async ({ id }: { id: string }) => getJob(await ctx(), id);
    return { driver, engine, ctx, passed, enqueue, post, tick, job };
  }

  test("jobs of the server wait for events, take each once, and go on without where none comes in time", async () => {
    const { driver, enqueue, post, tick, job, ctx } = await open();
    await post({ name: "paid", key: "a", payload: "too early" });
    await tick(60_000);
    const jobs = [];
    for (const key of ["a", "a", "b"]) jobs.push(await enqueue({ kind: "waiting", payload: { key } }));
    // It comes before any of them waits.
    await post({ name: "paid", key: "a", payload: 1 });
    await post({ name: "other", key: "a" });
    await tick();
    for (const one of jobs) expect(await job(one)).toMatchObject({ state: "scheduled", attempts: 0 });
    await tick(1000);
    await post({ name: "paid", key: "a", payload: 2 });
    await tick();
    for (const one of jobs.slice(0, 2))
      expect(await job(one)).toMatchObject({ state: "succeeded", result: { first: 1, second: 2 } });
    expect(await job(jobs[2]!)).toMatchObject({ state: "scheduled" });
    await tick(3_600_000);
    await tick(3_600_000);
    expect(await job(jobs[2]!)).toMatchObject({ state: "succeeded", result: { first: null, second: null } });
    const { data } = await listSteps(await ctx(), jobs[0]!.id, { limit: 10 });
    expect(data).toMatchObject([
      { name: "paid", result: { name: "paid", key: "a", payload: 1 } },
      { name: "paid again", result: { payload: 2 } },
    ]);
    await driver.close?.();
  });

  test("an event that comes while its job is active keeps it from sleeping, and one whose request died arrives", async () => {
    const { driver, engine, ctx, enqueue, post, passed, job } = await open();
    const begin = async () => {
      passed.ms += 1000;
      const [one] = await claimJobs(await ctx(), "default", claimSchema.parse({}));
      return one!;
    };
    const wait = async ({ id, lease }: { id: string; lease: string }, input: object = {}) =>
      waitForEvent(await ctx(), id, waitSchema.parse({ lease, name: "go", timeout: 3600, ...input }));
    const { id } = await enqueue({ name: "work" });
    const first = await begin();
    const { until } = await wait(first);
    await post({ name: "go", payload: "now" });
    expect(await sleepJob(await ctx(), id, { lease: first.lease, until: until! })).toMatchObject({ state: "pending" });
    const second = await begin();
    expect(await wait(second)).toMatchObject({ step: { name: "go", result: { payload: "now" } }, until: null });
    const late = await wait(second, { name: "later", event: "go" });
    await sleepJob(await ctx(), id, { lease: second.lease, until: late.until! });
    expect(await wait(second, { name: "x" }).catch((error) => error.code)).toBe("CONFLICT");
    // Stored by a request that was cut short.
    const now = engine.clock.now();
    const key = { id: "ffffffff-0000-7000-8000-000000000001", workspaceId: W, name: "go", key: "" };
    const event = { ...key, payload: "9", createdBy: null, createdAt: now, pending: true };
    await driver.run(insertJobEvent(driver, event));
    expect(await deliverJobEvents(engine, driver)).toBe(false);
    expect(await job({ id })).toMatchObject({ state: "pending" });
    await driver.close?.();
  });

  test("an event wakes all that wait for it, however many, and old ones are deleted", async () => {
    const { driver, engine, enqueue, post, tick, job, passed } = await open();
    const jobs = [];
    for (let n = 0; n < 45; n++)
      jobs.push(await enqueue({ kind: "waiting", queue: `q${n % 9}`, payload: { key: "k" } }));
    for (let n = 0; n < 12; n++) await tick(1000);
    await post({ name: "paid", key: "k" });
    passed.ms += 8 * 86_400_000;
    expect(await deliverJobEvents(engine, driver)).toBe(false);
    const [left] = await driver.all({ sql: "select count(*) as n from plinth_jobs_events", params: [] });
    expect(Number(left!.n)).toBe(0);
    const states = new Set<string>();
    for (const one of jobs) states.add((await job(one)).state);
    expect([...states]).toEqual(["pending"]);
    await driver.close?.();
  });
}
