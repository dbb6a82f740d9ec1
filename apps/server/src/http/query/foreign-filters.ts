import { excerpt, type Field, isJson, type Json, type JsonObject, meantCondition, OPERATORS } from "@plinth/core";
import { FILTER, meantByName } from "./foreign-names.ts";
import type { KnownField } from "./known-fields.ts";
import { MAX_CHARS, meantByJoined, meantByText } from "./postgrest.ts";
import { scalar } from "./scalars.ts";

/** Filters in the forms of other products, and Plinth's own form. It names only fields that there are. */

const JOINED = "conditions are joined by $and and $or";

/** The half sentence of an error about an unknown parameter: the right form of what is meant. Undefined if unknown. */
export function meantByParameter(name: string, value: string, known: KnownField): string | undefined {
  if (name.length > MAX_CHARS) return undefined;
  return (
    bracketed(name, value, known) ?? meantByName(name) ?? dotted(name, value, known) ?? suffixed(name, value, known)
  );
}

/** Django's `price__gte=5` and `author__name=x`. */
function suffixed(name: string, value: string, known: KnownField): string | undefined {
  if (!/[^_]__[^_]/.test(name)) return undefined;
  const condition = nested(name.split("__"), value, known);
  return condition === undefined ? undefined : written(condition);
}

/** `filter[price][_gt]=5`, `filters[$or][0][price][$gt]=5`, `where[price][gt]=5`, `price[gte]=5`, `sort[0]=title`. */
function bracketed(name: string, value: string, known: KnownField): string | undefined {
  const open = name.indexOf("[");
  if (open < 1 || !name.endsWith("]")) return undefined;
  const head = name.slice(0, open);
  const keys = name.slice(open + 1, -1).split("][");
  if (head === "sort" || head === "fields" || head === "expand")
    return `write ${head}=${excerpt(value)}, names with commas between them`;
  const filters = meantByName(head) === FILTER || head === "filter";
  if (!filters && meantByName(head) !== undefined) return meantByName(head);
  const condition = nested(filters ? keys : [head, ...keys], value, known);
  return condition === undefined ? (filters ? FILTER : undefined) : written(condition);
}

const COMBINATORS: Readonly<Record<string, string>> = { and: "$and", or: "$or", not: "$not" };

function nested(keys: readonly string[], value: string, known: KnownField): JsonObject | undefined {
  const [first = "", ...rest] = keys;
  const combinator = /^[$_]?(and|or|not)$/i.exec(first)?.[1]?.toLowerCase();
  if (combinator !== undefined && rest.length > 0) {
    const inner = nested(/^\d*$/.test(rest[0]!) ? rest.slice(1) : rest, value, known);
    if (inner === undefined) return undefined;
    return { [COMBINATORS[combinator]!]: combinator === "not" ? inner : [inner] };
  }
  // A list is given as `[price][$in][0]=5`.
  const path = keys.length > 2 && /^\d*$/.test(keys.at(-1)!) ? keys.slice(0, -1) : keys;
  const whole = known(path.join("."));
  if (whole !== undefined && (path.length === 1 || !isJson(whole))) return equal(path.join("."), whole, value);
  const name = path.slice(0, -1).join(".");
  const field = known(name);
  if (field === undefined) return undefined;
  const condition = meantCondition(
    name,
    path.at(-1)!,
    (operator) => scalar(excerpt(value), operator, field),
    OPERATORS,
  );
  return condition ?? (whole && equal(path.join("."), whole, value));
}

function equal(name: string, field: Field, value: string): JsonObject {
  return { [name]: { _eq: scalar(excerpt(value), "_eq", field) } };
}

/** `price=gt.5`, `or=(price.gt.5,price.is.null)`, or `status=open`: a filter by a field. */
function dotted(name: string, value: string, known: KnownField): string | undefined {
  if (/^(?:not\.)?(?:and|or)$/.test(name)) {
    const condition = meantByJoined(name, value, known);
    return condition === undefined ? `${FILTER}; ${JOINED}` : written(condition);
  }
  const path = name.replaceAll(/->>?/g, ".");
  const field = known(path);
  if (field === undefined) return undefined;
  return written(meantByText(path, field, value) ?? equal(path, field, value));
}

function written(condition: Json): string {
  return `write filter=${JSON.stringify(condition)}`;
}

const COMPARISON = /^([\w.]{1,100}) ?(==?|!=|>=?|<=?|!?~| eq | ne | gt | ge | lt | le ) ?(.{1,100})$/;

/** A filter that is no JSON, such as `status = "open" && price > 5` or `price gt 5`. */
export function meantByFilter(text: string): string {
  const one = text.length > MAX_CHARS ? null : COMPARISON.exec(text.trim().replaceAll(/^\(|\)$/g, ""));
  if (!one || /&&|\|\|| and | or /i.test(text)) return `a filter is JSON: ${FILTER}; ${JOINED}`;
  const [, field, sign, given] = one as unknown as [string, string, string, string];
  const quoted = /^(['"])(.*)\1$/.exec(given)?.[2];
  const operator =
    sign.endsWith("~") && given.includes("%") ? sign.replace("~", "_ilike").replace("!", "n") : sign.trim();
  const valueFor = (own: string): Json => quoted ?? scalar(given, own);
  return `a filter is JSON: ${written(meantCondition(field, operator, valueFor, OPERATORS)!)}`;
}
