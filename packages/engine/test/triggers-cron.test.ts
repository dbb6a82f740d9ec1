/** When schedules come: clocks that change, and times that were missed. */
import { describe, expect, test } from "bun:test";
import { nextTime } from "../src/index.ts";
import { firingsOf, type MissedPolicy } from "../src/triggers/cron-firings.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("times of a schedule", () => {
  const timesFrom = (schedule: string, zone: string, from: string, count: number) => {
    const found: string[] = [];
    for (let at: number | null = Date.parse(from); at !== null && found.length < count; ) {
      at = nextTime({ schedule, zone }, at);
      if (at !== null) found.push(new Date(at).toISOString().slice(0, 16));
    }
    return found;
  };
  // On 29 March 2026 clocks in Berlin go from 2:00 to 3:00, on 25 October from 3:00 back to 2:00.
  test("a time that does not exist comes at the end of the gap, and the next day at its own", () => {
    const times = timesFrom("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2);
    expect(times).toEqual(["2026-03-29T01:00", "2026-03-30T00:30"]);
  });
  test("a time that exists twice comes once", () => {
    const times = timesFrom("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2);
    expect(times).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]);
  });
  test("what repeats within the hour goes on evenly", () => {
    const spring = timesFrom("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:29:00Z", 3);
    expect(spring).toEqual(["2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30"]);
    const autumn = timesFrom("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:29:00Z", 4);
    expect(autumn).toEqual(["2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T02:00"]);
  });
  test("seconds, names, last days, ordinal weekdays and short forms are known", () => {
    const first = (schedule: string) => timesFrom(schedule, "UTC", "2026-02-03T10:00:00.500Z", 1)[0];
    expect(
      ["*/5 * * * * *", "0 9 * feb mon-fri", "0 0 L * *", "0 9 * * fri#2", "@daily", "  0  0 1 * * "].map(first),
    ).toEqual([
      ...["2026-02-03T10:00", "2026-02-04T09:00", "2026-02-28T00:00", "2026-02-13T09:00", "2026-02-04T00:00"],
      "2026-03-01T00:00",
    ]);
  });
  test("what is no schedule, or never comes, is refused with its field", () => {
    for (const schedule of ["", "* * * *", "61 * * * *", "@reboot", "2026-12-01T00:00:00Z", "? * * * *"])
      expect(() => nextTime({ schedule, zone: "UTC" }, 0)).toThrow("schedule: must be");
    expect(nextTime({ schedule: "0 0 30 2 *", zone: "UTC" }, 0)).toBeNull();
  });
});

describe("missed times", () => {
  const hourly = (missed: MissedPolicy) => ({ schedule: "0 * * * *", zone: "UTC", missed });
  const due = Date.parse("2026-01-01T00:00:00Z");
  const now = due + 10 * HOUR + MINUTE;
  const found = (missed: MissedPolicy) => {
    const { times, next, leftOut } = firingsOf(hourly(missed), due, now);
    return { times: times.map((at) => (at - due) / HOUR), next: (next! - due) / HOUR, leftOut: leftOut !== null };
  };
  test("are left out, made up for by the last one, or by all", () => {
    expect(found("skip")).toEqual({ times: [10], next: 11, leftOut: true });
    expect(found("one")).toEqual({ times: [9], next: 10, leftOut: true });
    expect(found("all")).toEqual({ times: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], next: 10, leftOut: false });
  });
  test("one that is a few minutes late is none of them", () => {
    const { times, missed } = firingsOf(hourly("skip"), due, due + 4 * MINUTE);
    expect({ times, missed }).toEqual({ times: [due], missed: 0 });
  });
  test("of very many the last hundred are made up for, and what is left out is known", () => {
    const each = { schedule: "* * * * * *", zone: "UTC", missed: "all" } as const;
    const { times, leftOut, next } = firingsOf(each, due, now);
    expect(times).toHaveLength(100);
    expect(times.at(-1)).toBe(now - 5 * MINUTE - 1000);
    expect(leftOut).toEqual({ from: due, until: times[0]! });
    expect(next).toBe(now - 5 * MINUTE);
  });
});
