/** Triggers for failed jobs: they pass over none, whatever clocks do and however many jobs die. */
import { afterAll, expect, test } from "bun:test";
import type { SqlDriver } from "@plinth/core";
import { hastenFailureTriggers } from "@plinth/db";
import {
  enqueueJob,
  enqueueSchema,
  type JobTemplate,
  listJobs,
  replaceTriggers,
  type TriggerWhen,
} from "../src/index.ts";
import { runTriggers } from "../src/triggers/run.ts";
import { setTriggersBack } from "../src/triggers/set-back.ts";
import { sqlite } from "./databases.ts";
import { openEngine, W } from "./log-world.ts";

const MINUTE = 60_000;
const job: JobTemplate = { kind: "task", queue: "alarm", name: "note", payload: {}, max_attempts: 5, priority: 0 };
const when: TriggerWhen = { type: "job_failed", queues: ["work"], kinds: [], names: [] };

const database = sqlite();
afterAll(() => database.close());

async function open() {
  const clock = { ms: Date.now() };
  const connected = (await database.createMigrated())();
  /** What happens before the next batch. */
  const own: { before?: (() => Promise<unknown>) | undefined } = {};
  const driver: SqlDriver = {
    ...connected,
    batch: async (queries: Parameters<SqlDriver["batch"]>[0]) => {
      const { before } = own;
      own.before = undefined;
      await before?.();
      return connected.batch(queries);
    },
  } as SqlDriver;
  const { ctx, engine } = await openEngine(driver, { now: () => clock.ms });
  await connected.batch(await replaceTriggers(await ctx(), "function:alarm", [{ name: "alarm", when, job }]));
  /** `isHeard`: as at a server that knows triggers of this kind. */
  const die = async (isHeard = true) => {
    const input = enqueueSchema.parse({ queue: "work", name: "work" });
    const { id } = (await enqueueJob(await ctx(), input)) as { id: string };
    const dead = `update plinth_jobs set state = 'dead', finished_at = ${clock.ms} where id = '${id}'`;
    await connected.batch([
      { sql: dead, params: [] },
      ...(isHeard ? hastenFailureTriggers(connected, [W], clock.ms) : []),
    ]);
  };
  const look = () => runTriggers(engine, driver);
  const alarms = async () => (await listJobs(await ctx(), { queue: "alarm", limit: 100 } as never)).data.length;
  return { clock, own, driver, engine, die, look, alarms };
}

test("a job that dies while others are looked at keeps no job from being stored", async () => {
  const { clock, own, driver, die, look, alarms } = await open();
  clock.ms += 1000;
  await die();
  own.before = () => die();
  await look();
  expect(await alarms()).toBe(1);
  await look();
  expect(await alarms()).toBe(2);
  await driver.close?.();
});

test.each([4, 60])(
  "no failure is passed over after a clock that was ahead by %i minutes is set back",
  async (minutes) => {
    const { clock, driver, engine, die, look, alarms } = await open();
    clock.ms += minutes * MINUTE;
    await die();
    await look();
    expect(await alarms()).toBe(1);
    clock.ms -= minutes * MINUTE - 1000;
    await die();
    await setTriggersBack(engine, driver);
    await look();
    expect(await alarms()).toBe(2);
    await driver.close?.();
  },
);

test("a job that dies at a server of an older version counts within the hour", async () => {
  const { clock, driver, die, look, alarms } = await open();
  await look();
  await die(false);
  await look();
  expect(await alarms()).toBe(0);
  clock.ms += 60 * MINUTE;
  await look();
  expect(await alarms()).toBe(1);
  await driver.close?.();
});
