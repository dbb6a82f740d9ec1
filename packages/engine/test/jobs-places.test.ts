/** Jobs that the server runs itself: which are next, what becomes of their results, and how the process ends. */
import { afterAll, expect, test } from "bun:test";
import { DEFAULT_WORKSPACE_ID, type SqlDriver, type SqlQuery } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { runJobs } from "../src/features/jobs/run.ts";
import {
  claimJobs,
  claimSchema,
  createWorkspace,
  enqueueJob,
  enqueueSchema,
  FEATURES,
  type Feature,
  failJob,
  failSchema,
  getJob,
  jobFilterSchema,
  keepStepSchema,
  type RunningJob,
  type ShownJob,
  startFeatures,
  tickFeatures,
} from "../src/index.ts";
import { jobWaiters } from "../src/kernel/jobs.ts";
import { sqlite } from "./databases.ts";
import { type LogEngineOptions, openEngine } from "./log-world.ts";

const databases = sqlite();
afterAll(() => databases.close());

const YEAR = 365 * 86_400_000;

/** Unless `answersWait` is false, no job is begun by what stores it. */
async function open({ wrap = (driver: SqlDriver) => driver, answersWait = true, ...more }: Options = {}) {
  const passed = { ms: 0 };
  const begun: RunningJob[] = [];
  const held: (() => void)[] = [];
  const kinds: Feature = {
    name: "kinds",
    jobs: [
      {
        kind: "quick",
        async run(job) {
          begun.push(job);
          return { done: true };
        },
      },
      {
        kind: "stepped",
        run: (job, { step }) => step.run("one", () => begun.push(job)),
      },
      {
        kind: "long",
        async run(job, { signal }) {
          begun.push(job);
          await new Promise<void>((resolve, reject) => {
            held.push(resolve);
            signal.addEventListener("abort", () => reject(signal.reason));
          });
          return null;
        },
      },
    ],
  };
  const world = await openEngine(wrap((await databases.createMigrated())()), {
    features: [...FEATURES, kinds],
    now: () => Date.now() + passed.ms,
    config: { appUrl: "http://localhost", authRateLimit: 0, maxScan: 1_000_000 },
    answersWait,
    ...more,
  });
  const ctx = async (workspaceId: string = DEFAULT_WORKSPACE_ID) => {
    const own = await world.ctx();
    return { ...own, principal: { ...own.principal, workspaceId } };
  };
  const enqueue = async (input: object, workspaceId?: string) =>
    (await enqueueJob(await ctx(workspaceId), enqueueSchema.parse(input))) as unknown as ShownJob;
  const makeWorkspace = async (slug: string) =>
    ((await createWorkspace(await ctx(), { slug, name: slug })) as { id: string }).id;
  const beganIn = (workspaceId: string) => begun.filter((job) => job.workspaceId === workspaceId).length;
  return { ...world, ctx, passed, begun, held, enqueue, makeWorkspace, beganIn };
}

interface Options extends Pick<LogEngineOptions, "answersWait" | "defer"> {
  wrap?: (driver: SqlDriver) => SqlDriver;
}

/** A driver that hands each statement to a function first. */
function heard(driver: SqlDriver, hear: (query: SqlQuery) => void): SqlDriver {
  return new Proxy(driver, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (key === "run" || key === "all") hear(args[0] as SqlQuery);
        if (key === "batch") for (const query of args[0] as SqlQuery[]) hear(query);
        return value.apply(target, args);
      };
    },
  });
}

test("no queue and no workspace keeps the jobs of others waiting", async () => {
  const { driver, engine, enqueue, makeWorkspace, beganIn, begun } = await open();
  for (let n = 0; n < 30; n++) await enqueue({ kind: "long", queue: "a" });
  const second = await makeWorkspace("second");
  for (let n = 0; n < 15; n++) await enqueue({ kind: "long", queue: `q${n}` }, second);
  const third = await makeWorkspace("third");
  await enqueue({ kind: "long" }, third);
  const running = startFeatures(engine, driver);
  await until(() => beganIn(third) === 1 && beganIn(second) === 8);
  await enqueue({ kind: "quick", queue: "z" });
  await until(() => begun.some(({ queue }) => queue === "z"));
  expect([beganIn(DEFAULT_WORKSPACE_ID), beganIn(second), beganIn(third)]).toEqual([6, 8, 1]);
  await running.stop();
  await driver.close?.();
});

test("two workspaces with many long jobs leave places to others", async () => {
  const { driver, engine, enqueue, makeWorkspace, beganIn, begun } = await open();
  const second = await makeWorkspace("second");
  for (const id of [DEFAULT_WORKSPACE_ID, second])
    for (let n = 0; n < 12; n++) await enqueue({ kind: "long", queue: `q${n % 4}` }, id);
  const running = startFeatures(engine, driver);
  await until(() => begun.length === 15);
  const others = [await makeWorkspace("third"), await makeWorkspace("fourth")];
  for (const id of others) for (let n = 0; n < 2; n++) await enqueue({ kind: "long" }, id);
  await until(() => others.every((id) => beganIn(id) >= 1));
  expect([beganIn(DEFAULT_WORKSPACE_ID), beganIn(second)].toSorted()).toEqual([10, 5]);
  await running.stop();
  await driver.close?.();
});

test("queues take turns, and a slice asks for few of them, however many there are", async () => {
  let asked = 0;
  const { driver, engine, enqueue, begun } = await open({ wrap: (inner) => heard(inner, () => asked++) });
  for (let n = 100; n < 140; n++) {
    for (let each = 0; each < 5; each++) await enqueue({ kind: "quick", queue: `q${n}` });
  }
  asked = 0;
  await runJobs(engine, driver);
  expect(asked).toBeLessThan(100);
  for (let slices = 0; slices < 9; slices++) await runJobs(engine, driver);
  expect(new Set(begun.map(({ queue }) => queue)).size).toBeGreaterThan(10);
  await driver.close?.();
});

test("jobs of archived workspaces do not run", async () => {
  const { driver, engine, enqueue, makeWorkspace, begun } = await open();
  const archived = await makeWorkspace("archived");
  await enqueue({ kind: "quick" }, archived);
  await driver.run({ sql: `update plinth_workspaces set archived_at = 1 where id = '${archived}'`, params: [] });
  await enqueue({ kind: "quick" });
  await tickFeatures(engine, driver);
  expect(begun.map(({ workspaceId }) => workspaceId)).toEqual([DEFAULT_WORKSPACE_ID]);
  await driver.close?.();
});

test("a job that is done stays done where the database is away as its end is stored", async () => {
  let failures = 0;
  const isEnd = ({ sql, params }: SqlQuery) => sql.includes("plinth_jobs") && params.includes("succeeded");
  const { driver, engine, ctx, enqueue, begun } = await open({
    wrap: (inner) =>
      heard(inner, (query) => {
        if (isEnd(query) && failures++ === 0) throw new Error("away");
      }),
  });
  const { id } = await enqueue({ kind: "quick", max_attempts: 1 });
  await tickFeatures(engine, driver);
  expect(await getJob(await ctx(), id)).toMatchObject({ state: "succeeded", result: { done: true } });
  expect(begun).toHaveLength(1);
  await driver.close?.();
});

test("a step that is done stays done where the database is away as its result is stored", async () => {
  let failures = 0;
  const { driver, engine, ctx, enqueue } = await open({
    wrap: (inner) =>
      heard(inner, ({ sql }) => {
        if (/insert into "?plinth_jobs_steps/.test(sql) && failures++ === 0) throw new Error("away");
      }),
  });
  const { id } = await enqueue({ kind: "stepped", max_attempts: 1 });
  await tickFeatures(engine, driver);
  expect(await getJob(await ctx(), id)).toMatchObject({ state: "succeeded", result: 1 });
  expect(failures).toBe(2);
  await driver.close?.();
});

test("a process that ends waits for no job, and begins none", async () => {
  const { driver, engine, ctx, enqueue, begun } = await open();
  const { id } = await enqueue({ kind: "long" });
  const running = startFeatures(engine, driver);
  // The schedule is within its slice.
  const stopped = new Promise<void>((resolve) => {
    begun.push = (...jobs) => {
      resolve(running.stop());
      return Array.prototype.push.apply(begun, jobs);
    };
  });
  await stopped;
  expect(await getJob(await ctx(), id)).toMatchObject({ state: "pending", attempts: 0 });
  engine.scheduler.wake("jobs");
  expect(engine.scheduler.tickWhenDue(engine, driver)).toBeUndefined();
  await driver.close?.();
});

test("where answers wait for ticks, none waits for a job", async () => {
  const deferred: Promise<unknown>[] = [];
  const { driver, engine, enqueue, begun } = await open({ defer: (work) => deferred.push(work) });
  await enqueue({ kind: "quick" });
  await Promise.all(deferred);
  expect(begun).toEqual([]);
  await tickFeatures(engine, driver);
  expect(begun).toHaveLength(1);
  await driver.close?.();
});

test("a job wakes one worker of those that wait for its queue, and another the next time", async () => {
  const { driver, engine, enqueue } = await open();
  const woken: string[] = [];
  const leave = await Promise.all(
    ["a 1", "a 2", "b 1"].map((name) =>
      jobWaiters(engine).wait({ workspaceId: DEFAULT_WORKSPACE_ID, queue: name[0]! }, () => woken.push(name)),
    ),
  );
  expect(jobWaiters(engine).count(DEFAULT_WORKSPACE_ID)).toBe(3);
  await enqueue({ name: "x", queue: "a" });
  expect(woken).toEqual(["a 1"]);
  await enqueue({ name: "x", queue: "a" });
  expect(woken).toEqual(["a 1", "a 2"]);
  for (const end of leave) end();
  expect(jobWaiters(engine).count(DEFAULT_WORKSPACE_ID)).toBe(0);
  await driver.close?.();
});

test("a claim whose worker has gone gives its jobs back", async () => {
  const { driver, ctx, enqueue } = await open();
  const { id } = await enqueue({ name: "x", max_attempts: 1 });
  const claim = claimSchema.parse({});
  expect(await claimJobs(await ctx(), "default", claim, AbortSignal.abort())).toEqual([]);
  expect(await claimJobs(await ctx(), "default", claim)).toMatchObject([{ id, attempts: 1 }]);
  await driver.close?.();
});

test("a job without a concurrency key does not wait for those whose key is busy", async () => {
  const { driver, ctx, enqueue } = await open();
  const claim = async () => claimJobs(await ctx(), "default", claimSchema.parse({}));
  for (const concurrency_key of ["a", "a"]) await enqueue({ name: "keyed", concurrency_key });
  expect(await claim()).toMatchObject([{ name: "keyed" }]);
  expect(await claim()).toEqual([]);
  await enqueue({ name: "free" });
  expect(await claim()).toMatchObject([{ name: "free" }]);
  await enqueue({ name: "other", concurrency_key: "b" });
  expect(await claim()).toMatchObject([{ name: "other" }]);
  await driver.close?.();
});

test("a lease of a clock that was ahead ends when the clock is right again", async () => {
  const { driver, ctx, enqueue, passed } = await open();
  const { id } = await enqueue({ name: "x" });
  passed.ms = YEAR;
  const claim = async () => claimJobs(await ctx(), "default", claimSchema.parse({}));
  expect(await claim()).toMatchObject([{ id }]);
  passed.ms = 1000;
  expect(await claim()).toMatchObject([{ id, attempts: 2 }]);
  await driver.close?.();
});

test("a zero character, which some databases do not take, is left out of errors and refused elsewhere", async () => {
  const { driver, ctx, enqueue } = await open();
  const { id } = await enqueue({ name: "x" });
  const [job] = await claimJobs(await ctx(), "default", claimSchema.parse({}));
  const failed = await failJob(await ctx(), id, failSchema.parse({ lease: job!.lease, error: "a\0b" }));
  expect(failed.last_error).toBe("ab");
  for (const filter of [{ name: "a\0" }, { queue: "a\0" }])
    expect(jobFilterSchema.safeParse(filter).success).toBe(false);
  expect(keepStepSchema.safeParse({ lease: "a\0", name: "x" }).success).toBe(false);
  await driver.close?.();
});
