import { invalid } from "@plinth/core";
import { Cron } from "croner";
import { Lru } from "../kernel/lru.ts";

const MAX_CHARS = 200;
const NICKNAMES = /^@(?:hourly|daily|weekly|monthly|yearly|annually)$/i;
/** `?` would stand for the time at which it is read. */
const FIELDS = /^[0-9A-Za-z*,/#-]+(?: [0-9A-Za-z*,/#-]+){4,5}$/;

export interface CronTimes {
  readonly schedule: string;
  /** IANA, such as `Europe/Berlin`. */
  readonly zone: string;
}

const parsed = new Lru<string, Cron>(500);

/**
 * Five fields, or six with seconds first, as crontab(5) has them; also L, W and # of Quartz, and `@hourly` and the like. Throws
 * `VALIDATION` for others, and for what is never.
 */
export function checkCron(times: CronTimes): void {
  checkZone(times.zone);
  if (nextTime(times, Date.now()) === null) throw invalid("schedule", "it never comes");
}

/** In UTC where there is no such zone, it would come at another time. */
export function checkZone(zone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    throw invalid("zone", "must be the name of a time zone, such as Europe/Berlin");
  }
}

/**
 * The first time after this one, in milliseconds; null: there is none. Where a clock is set ahead, a time that it passes over is the
 * first one after the gap; where it is set back, a time that comes twice counts once, unless the schedule repeats within the day.
 */
export function nextTime(times: CronTimes, after: number): number | null {
  return cronOf(times).nextRun(new Date(after))?.getTime() ?? null;
}

/** The last times from `from` on and before `before`, the earliest first. */
export function lastTimes(
  times: CronTimes,
  { from, before, most }: { readonly from: number; readonly before: number; readonly most: number },
): number[] {
  if (most === 0) return [];
  const found = cronOf(times).previousRuns(most, new Date(before));
  return found
    .map((at) => at.getTime())
    .filter((at) => at >= from && at < before)
    .reverse();
}

function cronOf({ schedule, zone }: CronTimes): Cron {
  const key = `${zone}|${schedule}`;
  let cron = parsed.get(key);
  if (!cron) {
    cron = parse(schedule, zone);
    parsed.set(key, cron);
  }
  return cron;
}

function parse(schedule: string, timezone: string): Cron {
  const text = schedule.trim().replace(/\s+/g, " ");
  if (text.length > MAX_CHARS) throw invalid("schedule", `may have ${MAX_CHARS} characters`);
  if (!NICKNAMES.test(text) && !FIELDS.test(text)) throw invalid("schedule", EXPECTED);
  try {
    return new Cron(text, { timezone, mode: "5-or-6-parts", fixedTimeRule: "no-wildcard", paused: true });
  } catch (error) {
    throw invalid("schedule", `${EXPECTED}: ${(error as Error).message.replace(/^\w+: /, "")}`);
  }
}

const EXPECTED = 'must be a cron expression of five fields, or six with seconds first, such as "0 9 * * mon-fri"';
