import { expect, test } from "bun:test";
import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../src/index.ts";
import { AlarmClock, type NextRun } from "../src/kernel/alarm-clock.ts";
import { Scheduler } from "../src/kernel/scheduler.ts";
import { quiet } from "./log-world.ts";

const [engine, driver] = [{} as Engine, {} as SqlDriver];
const NOW = 1_000_000;

/** Schedules of a host that ends its processes, with the times for which its alarm is set. */
function world(next: () => Promise<NextRun>, run: () => Promise<boolean> = async () => false) {
  const clock = { at: NOW, now: () => clock.at };
  const set: number[] = [];
  const ran: string[] = [];
  const alarm = { fails: false, setBy: async (at: number) => void set.push(at) };
  const schedules = new Scheduler(
    [
      {
        ...{ name: "timed", everyMs: 1000, next },
        run: async () => {
          ran.push("timed");
          return run();
        },
      },
      {
        ...{ name: "upkeep", everyMs: 3_600_000 },
        run: async () => {
          ran.push("upkeep");
          return false;
        },
      },
    ],
    clock,
    quiet,
    false,
    new AlarmClock(
      { setBy: (at) => (alarm.fails ? Promise.reject(new Error("gone")) : alarm.setBy(at)) },
      clock,
      quiet,
    ),
  );
  return { clock, set, ran, alarm, schedules };
}

test("after a run the alarm is set for what is due next; what is due already is not asked for all the time", async () => {
  let at: number | undefined = NOW + 90_000;
  const { set, ran, schedules } = world(async () => ({ at }));
  await schedules.ring(engine, driver);
  expect([ran, set.splice(0)]).toEqual([["timed"], [NOW + 90_000]]);
  at = NOW - 5;
  await schedules.ring(engine, driver);
  expect(set.splice(0)).toEqual([NOW + 1000]);
  at = undefined;
  await schedules.ring(engine, driver);
  await schedules.setAlarm(engine, driver);
  expect(set).toEqual([]);
});

test("what a run had no time for goes on soon", async () => {
  const { set, ran, schedules } = world(
    async () => ({}),
    async () => true,
  );
  await schedules.ring(engine, driver);
  expect([ran.length, set]).toEqual([8, [NOW + 250]]);
});

test("what one schedule has made for another, which has run before, is done soon", async () => {
  const { set, schedules } = world(
    async () => ({}),
    async () => {
      schedules.wake("timed");
      return false;
    },
  );
  await schedules.ring(engine, driver);
  expect(set).toEqual([NOW + 250]);
});

test("a run that a request has woken is guarded by an alarm after the lease of a job", async () => {
  const { set, schedules, clock } = world(async () => ({}));
  schedules.wake("timed");
  await schedules.tickWhenDue(engine, driver);
  expect(set.splice(0)).toEqual([NOW + 65_000]);
  clock.at += 5000;
  // By its own time, nothing new is there to be lost.
  await schedules.tickWhenDue(engine, driver);
  expect(set).toEqual([]);
});

test("writes after a run set one alarm for schedules that follow changes", async () => {
  let followsChanges = false;
  const { set, ran, schedules, clock } = world(async () => ({ followsChanges }));
  await schedules.ring(engine, driver);
  expect(schedules.tickWhenDue(engine, driver)).toBeUndefined();
  followsChanges = true;
  await schedules.ring(engine, driver);
  await schedules.tickWhenDue(engine, driver);
  expect(schedules.tickWhenDue(engine, driver)).toBeUndefined();
  expect(set.splice(0)).toEqual([NOW + 1000]);
  // It may ring before this write is seen.
  clock.at += 600;
  await schedules.tickWhenDue(engine, driver);
  expect(set.splice(0)).toEqual([NOW + 1000]);
  clock.at += 500;
  await schedules.tickWhenDue(engine, driver);
  expect([ran.length, set]).toEqual([3, []]);
});

test("the first change that a process sees sets an alarm for schedules that may follow changes", async () => {
  const { set, ran, schedules } = world(async () => ({ followsChanges: false }));
  await schedules.tickWhenDue(engine, driver);
  await schedules.tickWhenDue(engine, driver);
  // A time that is near is set again.
  expect([ran, new Set(set).size]).toEqual([[], 1]);
  expect(set[0]).toBeWithin(NOW, NOW + 1000);
  await schedules.setAlarm(engine, driver);
  expect(schedules.tickWhenDue(engine, driver)).toBeUndefined();
});

test("a host without an alarm, and one whose alarm or database fails, runs what is due all the same", async () => {
  const { set, ran, alarm, schedules } = world(() => Promise.reject(new Error("no database")));
  await schedules.ring(engine, driver);
  expect(set).toEqual([NOW + 30_000]);
  alarm.fails = true;
  schedules.wake("timed");
  await schedules.tickWhenDue(engine, driver);
  expect(ran).toEqual(["timed", "timed"]);
  const without = new Scheduler([{ name: "x", everyMs: 1000, run: async () => false }], { now: () => NOW }, quiet);
  expect(without.setAlarm(engine, driver)).toBeUndefined();
});
