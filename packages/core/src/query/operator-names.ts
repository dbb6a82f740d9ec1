import { excerpt } from "../excerpt.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { listed, nearest } from "../nearest.ts";

/**
 * Operators of other products, without sign, case and separators, and what may be meant, best first. `!` in front: what
 * is meant is its opposite, `{"$not": …}`.
 */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  "=": ["_eq"],
  "==": ["_eq"],
  equals: ["_eq"],
  is: ["_eq"],
  "!=": ["_neq"],
  "<>": ["_neq"],
  ne: ["_neq"],
  not: ["_neq"],
  isnot: ["_neq"],
  noteq: ["_neq"],
  notequal: ["_neq"],
  notequals: ["_neq"],
  nei: ["!_ieq"],
  nieq: ["!_ieq"],
  eqi: ["_ieq"],
  iequals: ["_ieq"],
  iexact: ["_ieq"],
  ">": ["_gt"],
  greaterthan: ["_gt"],
  after: ["_gt"],
  ">=": ["_gte"],
  ge: ["_gte"],
  "<": ["_lt"],
  lessthan: ["_lt"],
  before: ["_lt"],
  "<=": ["_lte"],
  le: ["_lte"],
  notin: ["_nin"],
  range: ["_between"],
  isnull: ["_null"],
  exists: ["_null"],
  nnull: ["_null"],
  notnull: ["_null"],
  isnotnull: ["_null"],
  notempty: ["_nempty"],
  isempty: ["_empty"],
  isnotempty: ["_nempty"],
  like: ["_like", "_contains"],
  ilike: ["_ilike", "_icontains"],
  includes: ["_contains"],
  has: ["_contains"],
  cs: ["_contains"],
  search: ["_icontains"],
  regex: ["_regex", "_contains"],
  containsi: ["_icontains"],
  startswith: ["_starts_with"],
  startswithi: ["_istarts_with"],
  beginswith: ["_starts_with"],
  istartswith: ["_istarts_with"],
  endswith: ["_ends_with"],
  endswithi: ["_iends_with"],
  iendswith: ["_iends_with"],
  "~": ["_icontains"],
  "!~": ["!_icontains"],
};
/** They ask whether there is a value, and `_null` whether there is none. */
const HAS_VALUE = new Set(["exists", "nnull", "notnull", "isnotnull"]);
const NEGATED = /^(?:isnot|doesnot|not|!|n)(.+)$/;
const MAX_CHARS = 40;
const MAX_SHOWN = 100;

interface Meant {
  readonly operator: string;
  /** Around the whole condition. */
  readonly negated: boolean;
  readonly bare: string;
}

/** The operator that is meant by another one's name or a misspelling. A negated one never means its opposite. */
function meantBy(name: string, known: readonly string[]): Meant | undefined {
  if (name.length > MAX_CHARS) return undefined;
  const bare = name.toLowerCase().replaceAll(/[$_-]/g, "");
  const own = exactly(bare, known);
  if (own !== undefined) {
    const negated = own.startsWith("!");
    return { operator: negated ? own.slice(1) : own, negated, bare };
  }
  const near = nearest(name, known);
  const rest = NEGATED.exec(bare)?.[1];
  if (rest !== undefined && !near?.startsWith("_n")) {
    const inner = exactly(rest, known) ?? nearest(rest, known);
    if (inner !== undefined && !inner.startsWith("!")) return { operator: inner, negated: true, bare };
  }
  return near === undefined ? undefined : { operator: near, negated: false, bare };
}

function exactly(bare: string, known: readonly string[]): string | undefined {
  const meant = Object.hasOwn(MEANT, bare)
    ? MEANT[bare]!.find((one) => known.includes(one.replace("!", "")))
    : undefined;
  return meant ?? known.find((one) => one.replaceAll("_", "") === bare);
}

/**
 * The whole condition that is meant by an operator of another product, in Plinth's form. `valueFor` is the value that an
 * operator is given.
 */
export function meantCondition(
  field: string,
  name: string,
  valueFor: (operator: string) => Json,
  known: readonly string[],
): JsonObject | undefined {
  const meant = meantBy(name, known);
  if (meant === undefined) return undefined;
  const value = valueFor(meant.operator);
  if (isObject(value) && meant.operator === "_neq") return { $not: { [field]: ownOperators(value, known) } };
  const condition = { [field]: { [meant.operator]: ownValue(meant, value) } };
  return meant.negated ? { $not: condition } : condition;
}

/** `{"$not": {"$gt": 5}}` on a field holds operators itself. */
function ownOperators(value: JsonObject, known: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries<Json>(value).map(([op, inner]) => [meantBy(op, known)?.operator ?? op, inner]),
  );
}

function ownValue({ bare, operator }: Meant, value: Json): Json {
  if (operator !== "_null") return value;
  const asked = value !== false && value !== 0 && value !== "false" && value !== "0";
  return HAS_VALUE.has(bare) ? !asked : asked;
}

/** Whether a key inside JSON is an operator of another product, which would find nothing as a key. */
export function isForeignOperator(key: string, known: readonly string[]): boolean {
  return key.startsWith("$") && meantBy(key, known) !== undefined;
}

/** `field` is the name or path that a whole condition begins with. */
export function noSuchOperator(name: string, field: string, value: Json, known: readonly string[]): string {
  const unknown = `there is no operator ${excerpt(name)}`;
  const all = `operators are ${listed(known)}`;
  const meant = meantBy(name, known);
  const whole = meantCondition(field, name, () => value, known);
  if (meant === undefined || whole === undefined) return `${unknown}; ${all}`;
  if (!("$not" in whole) && meant.operator !== "_null") return `${unknown}; did you mean ${meant.operator}? (${all})`;
  const right = "$not" in whole ? whole : (whole[field] as JsonObject);
  return `${unknown}; write ${shown(right)} (${all})`;
}

function shown(form: Json): string {
  const text = JSON.stringify(form);
  return text.length > 2 * MAX_SHOWN ? excerpt(text) : text;
}
