import { excerpt } from "../excerpt.ts";
import { nearest, suggest } from "../nearest.ts";

/** Operators of other products, without sign, case and separators, and what may be meant, best first. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  "=": ["_eq"],
  "==": ["_eq"],
  equals: ["_eq"],
  is: ["_eq"],
  "!=": ["_neq"],
  "<>": ["_neq"],
  ne: ["_neq"],
  not: ["_neq"],
  notequals: ["_neq"],
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
  like: ["_like", "_contains"],
  ilike: ["_ilike", "_icontains"],
  includes: ["_contains"],
  has: ["_contains"],
  cs: ["_contains"],
  search: ["_icontains"],
  regex: ["_regex", "_contains"],
  startswith: ["_starts_with"],
  beginswith: ["_starts_with"],
  istartswith: ["_istarts_with"],
  endswith: ["_ends_with"],
  iendswith: ["_iends_with"],
  "~": ["_contains"],
};

/** The operator that is meant by another one's name or a misspelling. */
export function meantOperator(name: string, known: readonly string[]): string | undefined {
  if (name.length > 40) return undefined;
  const bare = name.toLowerCase().replaceAll(/[$_-]/g, "");
  const meant = Object.hasOwn(MEANT, bare) ? MEANT[bare]!.find((one) => known.includes(one)) : undefined;
  return meant ?? nearest(name, known);
}

/** Whether a key inside JSON is an operator of another product, which would find nothing as a key. */
export function isForeignOperator(key: string, known: readonly string[]): boolean {
  return key.startsWith("$") && meantOperator(key, known) !== undefined;
}

export function noSuchOperator(name: string, known: readonly string[]): string {
  const meant = meantOperator(name, known);
  return `there is no operator ${excerpt(name)}${suggest(meant ?? name, known, "operators are")}`;
}
