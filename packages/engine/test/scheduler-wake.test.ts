import { expect, test } from "bun:test";
import type { SqlDriver } from "@plinth/core";
import { until } from "@plinth/core/testing";
import type { Engine } from "../src/index.ts";
import { type Pause, Scheduler } from "../src/kernel/scheduler.ts";
import { quiet } from "./log-world.ts";

const [engine, driver] = [{} as Engine, {} as SqlDriver];

/** A schedule that is never due by itself during a test. */
function scheduler(slice: () => Promise<boolean> = async () => false) {
  const runs = { count: 0 };
  const run = async (): Promise<boolean> => {
    runs.count++;
    return slice();
  };
  const schedules = [
    { name: "rare", everyMs: 3_600_000, run },
    { name: "other", everyMs: 3_600_000, run: async () => false },
  ];
  return { runs, schedules: new Scheduler(schedules, { now: Date.now }, quiet) };
}

/** Pauses that end when the test ends them, or with their signal. */
function endlessPauses() {
  const pauses: { ms: number; end: () => void }[] = [];
  const pause: Pause = (ms, signal) =>
    new Promise((end) => {
      pauses.push({ ms, end });
      signal.addEventListener("abort", () => end());
    });
  return { pauses, pause };
}

test("a schedule that is woken runs at once in a process that lasts, and again each time", async () => {
  const { runs, schedules } = scheduler();
  const { pauses, pause } = endlessPauses();
  const running = schedules.start(engine, driver, pause);
  // The first requests after a start come before the schedules.
  expect([runs.count, pauses.length]).toEqual([0, 2]);
  schedules.wake("other");
  for (const count of [1, 2, 3]) {
    schedules.wake("rare");
    await until(() => runs.count === count);
  }
  await running.stop();
  schedules.wake("rare");
  await Bun.sleep(20);
  expect(runs.count).toBe(3);
});

test("a process that lasts begins its schedules by itself, soon after the start", async () => {
  const { runs, schedules } = scheduler();
  const { pauses, pause } = endlessPauses();
  const running = schedules.start(engine, driver, pause);
  for (const { ms, end } of pauses.splice(0)) {
    expect(ms).toBeWithin(1000, 3000);
    end();
  }
  await until(() => runs.count === 1);
  await running.stop();
});

test("work that comes while a slice runs is not left until the next time", async () => {
  const gate = Promise.withResolvers<boolean>();
  const { runs, schedules } = scheduler(() => gate.promise);
  const running = schedules.start(engine, driver);
  schedules.wake("rare");
  await until(() => runs.count === 1);
  schedules.wake("rare");
  gate.resolve(false);
  await until(() => runs.count === 2);
  await Bun.sleep(20);
  expect(runs.count).toBe(2);
  await running.stop();
});

test("where no process lasts, it is due with the next write", async () => {
  const { runs, schedules } = scheduler();
  await schedules.tick(engine, driver);
  expect(schedules.tickWhenDue(engine, driver)).toBeUndefined();
  schedules.wake("rare");
  await schedules.tickWhenDue(engine, driver);
  expect(runs.count).toBe(2);
  expect(schedules.tickWhenDue(engine, driver)).toBeUndefined();
});

test("a connection has work until all of its ticks have ended, not only the last", async () => {
  const gate = Promise.withResolvers<boolean>();
  const { runs, schedules } = scheduler(() => gate.promise);
  schedules.wake("rare");
  void schedules.tickWhenDue(engine, driver);
  await until(() => runs.count === 1);
  schedules.wake("other");
  await schedules.tickWhenDue(engine, driver);
  let isFree = false;
  const free = schedules.currentTicks(driver)!.then(() => {
    isFree = true;
  });
  await Bun.sleep(20);
  expect(isFree).toBe(false);
  gate.resolve(false);
  await free;
});
