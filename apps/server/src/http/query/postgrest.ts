import type { Field, Json, JsonObject } from "@plinth/core";
import type { KnownField } from "./known-fields.ts";
import { partsOf, scalar, unquoted } from "./scalars.ts";

/** Filters of PostgREST, which Supabase has, and Plinth's own form: `gt.5`, `not.ilike.*d*`, `(a.eq.1,b.is.null)`. */

export const MAX_CHARS = 200;

/** Each with its opposite, where there is one: neither matches null. */
const OPERATORS: Readonly<Record<string, readonly [own: string, opposite?: string]>> = {
  eq: ["_eq", "_neq"],
  neq: ["_neq", "_eq"],
  gt: ["_gt", "_lte"],
  gte: ["_gte", "_lt"],
  lt: ["_lt", "_gte"],
  lte: ["_lte", "_gt"],
  in: ["_in", "_nin"],
  is: ["_eq", "_neq"],
  like: ["_like"],
  ilike: ["_ilike"],
  match: ["_regex"],
  cs: ["_contains"],
  cd: ["_contained_in"],
  ov: ["_overlaps"],
};
const FORM = /^(not\.)?([a-z]+)\.(.*)$/s;

/** What a field's parameter means: `gt.5`. Undefined for any other text. */
export function meantByText(name: string, field: Field, text: string): JsonObject | undefined {
  const [, negated, operator, rest] = FORM.exec(text) ?? [];
  if (text.length > MAX_CHARS || operator === undefined || !Object.hasOwn(OPERATORS, operator)) return undefined;
  const [own, opposite] = OPERATORS[operator]!;
  if (operator === "is" && rest === "not_null") return { [name]: { [negated ? "_eq" : "_neq"]: null } };
  const test = own === "_like" || own === "_ilike" ? matching(own, rest!) : { [own]: operandOf(own, rest!, field) };
  if (negated === undefined) return { [name]: test };
  return opposite === undefined ? { $not: { [name]: test } } : { [name]: { [opposite]: operandOf(own, rest!, field) } };
}

function operandOf(own: string, text: string, field: Field): Json {
  if (own === "_contains" && text.startsWith("{")) return scalar(text, "_overlaps", field);
  return scalar(own === "_in" ? text : unquoted(text), own, field);
}

/** A pattern, in which a star is as `%`; without other wildcards by the operator that says so. */
function matching(own: "_like" | "_ilike", text: string): JsonObject {
  const pattern = unquoted(text).replaceAll("*", "%");
  const [, before, inner, after] = /^(%?)([^%_\\]+)(%?)$/.exec(pattern) ?? [];
  if (inner === undefined || (before === "" && after === "")) return { [own]: pattern };
  const kind = before === "" ? "starts_with" : after === "" ? "ends_with" : "contains";
  return { [`_${own === "_ilike" ? "i" : ""}${kind}`]: inner };
}

/** `or=(a.eq.1,and(b.gt.2,b.lt.5))`. Undefined where a part is none. */
export function meantByJoined(name: string, text: string, known: KnownField): JsonObject | undefined {
  if (text.length > MAX_CHARS) return undefined;
  return joined(`${name}${text}`, known);
}

const GROUP = /^(not\.)?(and|or)\((.*)\)$/s;

function joined(text: string, known: KnownField): JsonObject | undefined {
  const [, negated, kind, inner] = GROUP.exec(text) ?? [];
  if (inner === undefined) return single(text, known);
  const parts = partsOf(inner).map((part) => joined(part.trim(), known));
  if (parts.includes(undefined)) return undefined;
  const group = { [`$${kind}`]: parts as JsonObject[] };
  return negated === undefined ? group : { $not: group };
}

function single(text: string, known: KnownField): JsonObject | undefined {
  // The name may have dots itself: the first end of it that is a field.
  for (let dot = text.indexOf("."); dot > 0; dot = text.indexOf(".", dot + 1)) {
    const name = text.slice(0, dot).replaceAll(/->>?/g, ".");
    const field = known(name);
    const condition = field && meantByText(name, field, text.slice(dot + 1));
    if (condition) return condition;
  }
  return undefined;
}
