import { type Collection, fieldType, invalid, type Json } from "@plinth/core";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { parseChangeFilter } from "./change-filter.ts";
import { checkZone, nextTime } from "./cron.ts";
import type { DateWhen } from "./trigger.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Throws `VALIDATION` for a field that is no date, a zone that is none, and a filter that one item cannot decide. */
export function checkDateWhen(ctx: RequestContext, when: DateWhen): void {
  checkZone(when.zone);
  const collection = collectionOf(ctx, when.collection, "collection");
  isInstant(collection, when.field);
  parseChangeFilter(ctx.catalog, collection, when.filter, "filter");
}

/** Whether its values are instants; otherwise they are days. */
function isInstant(collection: Collection, name: string): boolean {
  const field = collection.byName.get(name);
  const calendar = field && fieldType(field).calendar;
  if (!calendar) throw invalid("field", "must be a field of the type timestamp or date", "UNKNOWN_FIELD");
  return calendar.zoned;
}

export interface DateTimes {
  /** When a value of the field is due; null for what is no date. */
  instantOf(value: Json | undefined): number | null;
  /** Values below it are those that are due at this time or before. */
  boundAt(time: number): string;
}

/** Throws `VALIDATION` where the collection or the field is gone. */
export function dateTimesOf(collection: Collection, when: DateWhen): DateTimes {
  const hasTime = isInstant(collection, when.field);
  return hasTime && when.at === null ? exactTimes(when) : dayTimes(when, hasTime);
}

function exactTimes({ offset }: DateWhen): DateTimes {
  const ms = offset * 1000;
  return {
    instantOf: (value) => (typeof value === "string" ? Date.parse(value) + ms : null),
    boundAt: (time) => new Date(time - ms + 1).toISOString(),
  };
}

/** Whole days of the offset move the day, and what is left of it the time: three days before at nine is at nine. */
function dayTimes({ offset, at, zone }: DateWhen, hasTime: boolean): DateTimes {
  const days = Math.trunc(offset / 86_400);
  const rest = (offset - days * 86_400) * 1000;
  const instantOfDay = (day: number): number => localTime(day + days, at ?? "00:00", zone) + rest;
  return {
    instantOf(value) {
      if (typeof value !== "string") return null;
      return instantOfDay(hasTime ? localDay(Date.parse(value), zone) : dayOf(value));
    },
    boundAt(time) {
      // Zones are less than a day away from UTC, and so is the rest.
      let day = Math.floor(time / DAY_MS) - days + 3;
      while (instantOfDay(day) > time) day--;
      return hasTime ? new Date(localTime(day + 1, "00:00", zone)).toISOString() : textOf(day + 1);
    },
  };
}

/** Days since 1970-01-01. */
const dayOf = (text: string): number => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY_MS;
const textOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

const times = new Lru<string, number>(2000);

/** The instant of a day and a time in a zone, where clocks are changed as schedules have it. */
function localTime(day: number, at: string, zone: string): number {
  const key = `${zone}|${day}|${at}`;
  const known = times.get(key);
  if (known !== undefined) return known;
  const [hour, minute] = at.split(":").map(Number);
  const date = new Date(day * DAY_MS);
  const schedule = `${minute} ${hour} ${date.getUTCDate()} ${date.getUTCMonth() + 1} *`;
  // No zone is as far as that ahead of UTC.
  const time = nextTime({ schedule, zone }, day * DAY_MS - 16 * HOUR_MS)!;
  times.set(key, time);
  return time;
}

const formats = new Lru<string, Intl.DateTimeFormat>(100);

function localDay(time: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  return Date.UTC(Number(parts.get("year")), Number(parts.get("month")) - 1, Number(parts.get("day"))) / DAY_MS;
}
