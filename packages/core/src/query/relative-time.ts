import { invalid } from "../errors.ts";
import { isObject, type Json } from "../json.ts";
import { requireZone, wallTime, zonedInstant } from "./zoned-time.ts";

/** Times relative to that of the request: moved by a duration, or the beginning of a day, week, month, quarter or year. */

/** A duration for relative times: `{"$now": {"sub": {"days": 7}}}`. Months are calendar months. */
export interface Shift {
  readonly sign: 1 | -1;
  readonly months: number;
  readonly milliseconds: number;
  /** What is moved is the beginning of this period, in a time zone. */
  readonly start?: { readonly period: Period; readonly zone: string };
}

/** Weeks begin on Monday, as in aggregates. */
export const PERIODS = ["day", "week", "month", "quarter", "year"] as const;
export type Period = (typeof PERIODS)[number];

const WANT = 'expected {"sub": {"days": 7}}, {"add": {"hours": 1}} or {"start": "month"}';
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["weeks", 604_800_000],
  ["days", 86_400_000],
  ["hours", 3_600_000],
  ["minutes", 60_000],
  ["seconds", 1000],
]);
const UNIT_MONTHS: ReadonlyMap<string, number> = new Map([
  ["years", 12],
  ["months", 1],
]);

/** What stands behind `$now`; `path`: where, for errors. */
export function parseShift(value: Json, path: string): Shift {
  if (!isObject(value)) throw invalid(path, WANT);
  const { start, zone, ...moves } = value;
  const [direction, ...more] = Object.keys(moves);
  if (more.length > 0 || (direction === undefined && start === undefined)) throw invalid(path, WANT);
  if (direction !== undefined && direction !== "sub" && direction !== "add") throw invalid(path, WANT);
  const moved = direction === undefined ? STILL : parseDuration(moves[direction]!, direction, `${path}.${direction}`);
  if (start !== undefined) return { ...moved, start: parseStart(start, zone, path) };
  if (zone !== undefined) throw invalid(`${path}.zone`, "stands beside start only");
  return moved;
}

const STILL = { sign: 1, months: 0, milliseconds: 0 } as const;

function parseDuration(units: Json, direction: "add" | "sub", path: string): Shift {
  if (!isObject(units)) throw invalid(path, WANT);
  let months = 0;
  let milliseconds = 0;
  for (const [unit, amount] of Object.entries(units)) {
    if (typeof amount !== "number" || !Number.isSafeInteger(amount) || Math.abs(amount) > 1_000_000)
      throw invalid(`${path}.${unit}`, "expected a whole number up to 1000000");
    const ofMonths = UNIT_MONTHS.get(unit);
    const ofMilliseconds = UNIT_MS.get(unit);
    if (ofMonths) months += amount * ofMonths;
    else if (ofMilliseconds) milliseconds += amount * ofMilliseconds;
    else throw invalid(`${path}.${unit}`, "expected years, months, weeks, days, hours, minutes or seconds");
  }
  return { sign: direction === "add" ? 1 : -1, months, milliseconds };
}

function parseStart(start: Json, zone: Json | undefined, path: string): { period: Period; zone: string } {
  const period = PERIODS.find((one) => one === start);
  if (period === undefined) throw invalid(`${path}.start`, `expected ${PERIODS.join(", ")}`);
  if (zone === undefined) return { period, zone: "UTC" };
  return { period, zone: requireZone(zone, `${path}.zone`) };
}

/**
 * `iso` moved; a day that the target month lacks becomes that month's last. `asDay`: for a field of days, which gets the day in the
 * zone of the period.
 */
export function shiftTime(iso: string, shift: Shift, asDay = false): string {
  const { start } = shift;
  if (!start) return moved(iso, shift);
  // The clocks of the zone, as if they were UTC: a day is moved by days, and not by 24 hours.
  const local = moved(beginningOf(wallTime(iso, start.zone), start.period), shift);
  if (asDay) return local;
  const at = Date.parse(zonedInstant(local, start.zone));
  return new Date(Math.min(Date.parse(LAST), Math.max(Date.parse(FIRST), at))).toISOString();
}

const FIRST = "0001-01-01T00:00:00.000Z";
const LAST = "9999-12-31T23:59:59.999Z";

function moved(iso: string, { sign, months, milliseconds }: Shift): string {
  const at = new Date(iso);
  if (months !== 0) {
    const day = at.getUTCDate();
    at.setUTCDate(1);
    at.setUTCMonth(at.getUTCMonth() + sign * months);
    const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
    at.setUTCDate(Math.min(day, last));
  }
  at.setTime(at.getTime() + sign * milliseconds);
  const year = at.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) return sign * (months || milliseconds) > 0 ? LAST : FIRST;
  return at.toISOString();
}

function beginningOf(local: string, period: Period): string {
  const at = new Date(`${local.slice(0, 10)}T00:00:00.000Z`);
  if (period === "week") at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  if (period === "month" || period === "quarter" || period === "year") at.setUTCDate(1);
  if (period === "quarter") at.setUTCMonth(at.getUTCMonth() - (at.getUTCMonth() % 3));
  if (period === "year") at.setUTCMonth(0);
  return at.toISOString();
}
