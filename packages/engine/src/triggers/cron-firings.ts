import { type CronTimes, lastTimes, nextTime } from "./cron.ts";

/** What becomes of times that have passed while no server ran: none is made up for, the last one, or all. */
export const MISSED_POLICIES = ["skip", "one", "all"] as const;
export type MissedPolicy = (typeof MISSED_POLICIES)[number];

/** A time counts as missed when it is longer ago: ticks of hosts without a lasting process may be minutes apart. */
export const MISSED_AFTER_MS = 5 * 60_000;
/** Of missed times, the last ones that `all` makes up for; and of others, those of one slice. */
export const MOST_FIRINGS = 100;

export interface CronFirings {
  /** Milliseconds, the earliest first. */
  readonly times: readonly number[];
  /** Missed ones that are made up for, of `times`. */
  readonly missed: number;
  /** From the first time that is left out to the last moment that was looked at; null: none is. */
  readonly leftOut: { readonly from: number; readonly until: number } | null;
  /** What comes next. It may be in the past: then there is more to do. Null: nothing does. */
  readonly next: number | null;
}

/** What is due of a schedule whose next time is `due`. */
export function firingsOf(
  { missed, ...times }: CronTimes & { readonly missed: MissedPolicy },
  due: number,
  now: number,
): CronFirings {
  const since = now - MISSED_AFTER_MS;
  if (due >= since) return { ...onTime(times, due, now), missed: 0, leftOut: null };
  const next = nextTime(times, since - 1);
  const most = { skip: 0, one: 1, all: MOST_FIRINGS }[missed];
  const made = lastTimes(times, { from: due, before: since, most });
  // What is made up for is a batch of its own: the rest is due at once.
  const leftOut = made[0] === due ? null : { from: due, until: made[0] ?? since };
  if (made.length > 0) return { times: made, missed: made.length, leftOut, next };
  const rest = next === null ? { times: [], next } : onTime(times, next, now);
  return { ...rest, missed: 0, leftOut };
}

function onTime(times: CronTimes, due: number, now: number): Pick<CronFirings, "times" | "next"> {
  const found: number[] = [];
  let next: number | null = due;
  while (next !== null && next <= now && found.length < MOST_FIRINGS) {
    found.push(next);
    next = nextTime(times, next);
  }
  return { times: found, next };
}
