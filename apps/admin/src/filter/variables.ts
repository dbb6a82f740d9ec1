import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { type Field, fieldType, isObject, type Json } from "@plinth/core";
import { type NamedPeriod, readPeriod } from "./periods.ts";

export interface FilterVariable {
  value: Json;
  label: MessageDescriptor;
}

const ago = (unit: string, count: number): Json => ({ $now: { sub: { [unit]: count } } });

const TIMES: readonly FilterVariable[] = [
  { value: "$now", label: msg`Now` },
  { value: ago("hours", 1), label: msg`1 hour ago` },
  { value: ago("days", 1), label: msg`1 day ago` },
  { value: ago("days", 7), label: msg`7 days ago` },
  { value: ago("days", 30), label: msg`30 days ago` },
  { value: ago("years", 1), label: msg`1 year ago` },
];

const CALLER: Readonly<Record<string, MessageDescriptor>> = {
  "user.id": msg`The user's id`,
  "user.email": msg`The user's email`,
  "user.verified_email": msg`The user's confirmed email`,
  "user.roles": msg`The user's roles`,
  "user.orgs": msg`The user's organizations`,
  "org.id": msg`The organization of the session`,
  "org.role": msg`The role in that organization`,
  "workspace.id": msg`The workspace`,
};

const LISTS: ReadonlySet<string> = new Set(["user.roles", "user.orgs"]);

/** A variable, or a time before now, as people say it; `undefined`: it is neither. */
export function variableWords(value: Json | undefined, field: Field, i18n: I18n): string | undefined {
  const text = JSON.stringify(value);
  const known = [...variablesFor(field, true, false), ...variablesFor(field, true, true)];
  const found = known.find((variable) => JSON.stringify(variable.value) === text);
  if (found) return i18n._(found.label);
  const passed = isObject(value) && isObject(value.$now) && isObject(value.$now.sub) ? value.$now.sub : {};
  const [[unit, count] = [], ...more] = Object.entries(passed);
  if (unit === undefined || typeof count !== "number" || more.length > 0) return undefined;
  return new Intl.RelativeTimeFormat(i18n.locale).format(-count, unit as Intl.RelativeTimeFormatUnit);
}

/** What can stand for a value of the field: times always, the caller in rules. `list`: for `_in` and `_nin`. */
export function variablesFor(field: Field, inRules: boolean, list: boolean): readonly FilterVariable[] {
  const { kind, variables } = fieldType(field);
  if (kind === "time") return list ? [] : TIMES;
  if (!inRules) return [];
  return Object.entries(CALLER)
    .filter(([name]) => (variables as readonly string[]).includes(name) && LISTS.has(name) === list)
    .map(([name, label]) => ({ value: `$${name}`, label }));
}

const PERIOD_NAMES: Readonly<Record<string, MessageDescriptor>> = {
  "this day": msg`today`,
  "last day": msg`yesterday`,
  "next day": msg`tomorrow`,
  "this week": msg`this week`,
  "last week": msg`last week`,
  "next week": msg`next week`,
  "this month": msg`this month`,
  "last month": msg`last month`,
  "next month": msg`next month`,
  "this quarter": msg`this quarter`,
  "last quarter": msg`last quarter`,
  "next quarter": msg`next quarter`,
  "this year": msg`this year`,
  "last year": msg`last year`,
  "next year": msg`next year`,
};

/** A period such as `this month`, as people say it. */
export function periodWords(text: string, i18n: I18n): string | undefined {
  const period = readPeriod(text);
  if (!period) return undefined;
  const { which, unit, count, zone } = period;
  const words = i18n._(count === undefined ? PERIOD_NAMES[`${which} ${unit}`]! : countedWords(period, count));
  return zone === undefined ? words : `${words} (${zone})`;
}

function countedWords({ which, unit }: NamedPeriod, count: number): MessageDescriptor {
  if (which === "last")
    switch (unit) {
      case "hour":
        return msg`${plural(count, { one: "the last # hour", other: "the last # hours" })}`;
      case "week":
        return msg`${plural(count, { one: "the last # week", other: "the last # weeks" })}`;
      case "month":
        return msg`${plural(count, { one: "the last # month", other: "the last # months" })}`;
      default:
        return msg`${plural(count, { one: "the last # day", other: "the last # days" })}`;
    }
  switch (unit) {
    case "hour":
      return msg`${plural(count, { one: "the next # hour", other: "the next # hours" })}`;
    case "week":
      return msg`${plural(count, { one: "the next # week", other: "the next # weeks" })}`;
    case "month":
      return msg`${plural(count, { one: "the next # month", other: "the next # months" })}`;
    default:
      return msg`${plural(count, { one: "the next # day", other: "the next # days" })}`;
  }
}
