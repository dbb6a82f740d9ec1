import { isObject, type Json, type JsonObject, PERIODS, type Period } from "@plinth/core";

/** Times such as "this month": a condition with two bounds in the API, and one with a name for people. */

/** The operator of the builder; the API has `_gte` and `_lt`. */
export const DURING = "_during";

type Which = "this" | "last" | "next";

/** `this month`, or `last 7 days` where `count` is set. */
export interface NamedPeriod {
  readonly which: Which;
  readonly unit: Period | "hour";
  readonly count?: number;
  /** Where it is another one than the browser's. */
  readonly zone?: string;
}

const DAYS: Readonly<Record<string, Which>> = { today: "this", yesterday: "last", tomorrow: "next" };
const COUNTED = ["hour", "day", "week", "month"] as const;

/** Those that are offered. */
export const OFFERED_PERIODS: readonly string[] = [
  ...["today", "yesterday", "tomorrow"],
  ...(["week", "month", "quarter", "year"] as const).flatMap((unit) => [`this ${unit}`, `last ${unit}`]),
  ...["next week", "next month", "last 7 days", "last 30 days", "next 7 days", "next 30 days"],
];

/** The time zone of the browser, in which its user thinks. */
export const ownZone = (): string => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return /(?:^|\/)(?:UTC|UCT|GMT|Zulu|Universal|Greenwich)$/.test(timeZone) ? "UTC" : timeZone;
};

/** What `this month`, `yesterday`, `next 7 days` and `this week in Europe/Berlin` mean; `undefined`: it is no such name. */
export function readPeriod(text: string): NamedPeriod | undefined {
  const [, name = "", zone] = /^(.*?)(?: in (\S+))?$/.exec(text.trim())!;
  const found = readName(name.toLowerCase());
  if (!found || zone === undefined) return found;
  return found.unit !== "hour" && isZone(zone) ? { ...found, zone } : undefined;
}

function readName(name: string): NamedPeriod | undefined {
  const day = Object.hasOwn(DAYS, name) ? DAYS[name] : undefined;
  if (day) return { which: day, unit: "day" };
  const [which = "", second = "", third, ...more] = name.split(" ");
  if (more.length > 0) return undefined;
  if (third === undefined) {
    const unit = PERIODS.find((one) => one === second && one !== "day");
    return unit && isWhich(which) ? { which, unit } : undefined;
  }
  const unit = COUNTED.find((one) => third === one || third === `${one}s`);
  if (!unit || !isWhich(which) || which === "this" || !/^[1-9]\d{0,3}$/.test(second)) return undefined;
  return { which, unit, count: Number(second) };
}

const isWhich = (text: string): text is Which => text === "this" || text === "last" || text === "next";

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

export function writePeriod({ which, unit, count, zone }: NamedPeriod): string {
  const own = Object.entries(DAYS).find(([, one]) => one === which)![0];
  const name =
    count !== undefined
      ? `${which} ${count} ${unit}${count === 1 ? "" : "s"}`
      : unit === "day"
        ? own
        : `${which} ${unit}`;
  return zone === undefined ? name : `${name} in ${zone}`;
}

/** The two bounds of the API. */
export function boundsOf({ which, unit, count, zone = ownZone() }: NamedPeriod): JsonObject {
  if (count !== undefined && unit === "hour")
    return which === "last"
      ? { _gte: { $now: { sub: { hours: count } } }, _lt: "$now" }
      : { _gte: "$now", _lt: { $now: { add: { hours: count } } } };
  if (count !== undefined) {
    // Whole days, today among them: a field of dates has no parts of a day.
    const day = (moves: JsonObject): Json => ({ $now: { start: "day", ...(zone !== "UTC" && { zone }), ...moves } });
    const moved = { [`${unit}s`]: count };
    if (which === "next") return { _gte: day({}), _lt: day({ add: moved }) };
    const back = unit === "day" ? { days: count - 1 } : { ...moved, days: -1 };
    return { _gte: day(back.days === 0 ? {} : { sub: back }), _lt: day({ add: { days: 1 } }) };
  }
  const steps = which === "last" ? -1 : which === "next" ? 1 : 0;
  const bound = (count: number): Json => ({
    $now: {
      start: unit,
      ...(zone !== "UTC" && { zone }),
      ...(count !== 0 && { [count < 0 ? "sub" : "add"]: lengthOf(unit, Math.abs(count)) }),
    },
  });
  return { _gte: bound(steps), _lt: bound(steps + 1) };
}

const lengthOf = (unit: string, count: number): JsonObject =>
  unit === "quarter" ? { months: 3 * count } : { [`${unit}s`]: count };

/** The period that has these bounds; `undefined`: no name means them. */
export function periodOf(bounds: JsonObject): NamedPeriod | undefined {
  const text = JSON.stringify(bounds);
  return candidates(bounds).find((period) => JSON.stringify(boundsOf(period)) === text);
}

function candidates({ _gte: from, _lt: to }: JsonObject): readonly NamedPeriod[] {
  const counted = [
    { which: "last" as const, moved: movedBy(from, "sub") },
    { which: "next" as const, moved: movedBy(to, "add") },
  ];
  const found: NamedPeriod[] = counted.flatMap(({ which, moved }) => {
    const unit = COUNTED.find((one) => `${one}s` === moved?.[0]);
    if (!unit || !moved) return [];
    // Today is one of the last days.
    return [{ which, unit, count: which === "last" && unit === "day" ? moved[1] + 1 : moved[1] }];
  });
  const unit =
    isObject(from) && isObject(from.$now) ? PERIODS.find((one) => one === (from.$now as JsonObject).start) : undefined;
  if (!unit) return found;
  const { zone = "UTC" } = (from as { $now: JsonObject }).$now;
  const own = zone === ownZone() ? {} : { zone: String(zone) };
  const whole = (["this", "last", "next"] as const).map((which) => ({ which, unit }));
  return [...whole, ...found].map((period) => ({ ...period, ...own }));
}

function movedBy(value: Json | undefined, direction: "add" | "sub"): [unit: string, count: number] | undefined {
  const moves = isObject(value) && isObject(value.$now) ? value.$now[direction] : undefined;
  const [[unit, count] = []] = isObject(moves) ? Object.entries(moves) : [];
  return unit !== undefined && typeof count === "number" ? [unit, count] : undefined;
}
