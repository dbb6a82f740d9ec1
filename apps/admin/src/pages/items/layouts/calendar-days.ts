import type { Field, JsonObject } from "@plinth/core";
import { fieldType } from "@plinth/core";
import type { Span } from "../layout-state.ts";

/** A day of the browser's calendar, as a `date` has it: `2024-03-01`. */
export type Day = string;

export function dayOf(at: Date): Day {
  const part = (value: number, length: number) => String(value).padStart(length, "0");
  return `${part(at.getFullYear(), 4)}-${part(at.getMonth() + 1, 2)}-${part(at.getDate(), 2)}`;
}

/** Noon, so that no change of clocks makes it another day. */
export function dateOf(day: Day): Date {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  const at = new Date(2000, 0, 1, 12);
  at.setFullYear(year, month - 1, date);
  return at;
}

export function isDay(text: string | undefined): text is Day {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && dayOf(dateOf(text)) === text;
}

export function addDays(day: Day, count: number): Day {
  const at = dateOf(day);
  at.setDate(at.getDate() + count);
  return dayOf(at);
}

/** Its first moment in the browser's zone, as an instant. */
export function dayStart(day: Day): string {
  const at = dateOf(day);
  at.setHours(0, 0, 0, 0);
  return at.toISOString();
}

/** The day before or after by a month or a week; of a shorter month the last. */
export function turn(day: Day, span: Span, by: 1 | -1): Day {
  if (span === "week") return addDays(day, 7 * by);
  const at = dateOf(day);
  const date = at.getDate();
  at.setDate(1);
  at.setMonth(at.getMonth() + by + 1, 0);
  at.setDate(Math.min(date, at.getDate()));
  return dayOf(at);
}

/** The days of the week or of the weeks of the month. `weekStart`: 1 Monday … 7 Sunday. */
export function daysOf(day: Day, span: Span, weekStart: number): readonly Day[] {
  if (span === "week") {
    const first = startOfWeek(day, weekStart);
    return Array.from({ length: 7 }, (_, at) => addDays(first, at));
  }
  const first = startOfWeek(`${day.slice(0, 8)}01`, weekStart);
  const next = turn(`${day.slice(0, 8)}01`, "month", 1);
  const days: Day[] = [];
  for (let at = first; at < next || days.length % 7 !== 0; at = addDays(at, 1)) days.push(at);
  return days;
}

function startOfWeek(day: Day, weekStart: number): Day {
  return addDays(day, -((dateOf(day).getDay() - weekStart + 7) % 7));
}

/** 1 Monday … 7 Sunday, as the language has it. */
export function weekStartOf(locale: string): number {
  // Newer than the library's types; Firefox has neither form.
  const known = new Intl.Locale(locale) as {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  return (known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1;
}

/** Values of the field from the first to the last of these days. */
export function rangeFilter(field: Field, first: Day, last: Day): JsonObject {
  const at = (day: Day) => (isInstant(field) ? dayStart(day) : day);
  return { [field.name]: { _gte: at(first), _lt: at(addDays(last, 1)) } };
}

export const isInstant = (field: Field): boolean => fieldType(field).storage === "timestamp";

/** The day of a value; undefined: it has none. */
export function dayIn(value: unknown, field: Field): Day | undefined {
  if (typeof value !== "string") return undefined;
  return isInstant(field) ? dayOf(new Date(value)) : value.slice(0, 10);
}

/** The value on another day, at the same time of day. */
export function onDay(value: unknown, day: Day, field: Field): string {
  if (!isInstant(field)) return day;
  const at = typeof value === "string" ? new Date(value) : dateOf(day);
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  at.setFullYear(year, month - 1, date);
  return at.toISOString();
}
