import { invalid, type Json, requireExactNumbers } from "@plinth/core";
import type { FieldInput } from "@plinth/engine";
import { meantByFilter } from "./foreign-filters.ts";

/** Texts of Plinth's own query language, in a query string or, as an alternative to a list, in a JSON body. */

const ALIAS = /^([a-z][a-z0-9_]{0,39}):(?!:)(.*)$/is;
const CAST = /^(.*)::(.*)/s;

/**
 * `title`, `author.name`, `author.*` and `*`; and values with an alias: `city:address.city`, `price::text`,
 * `year:meta.years[0]::integer`. Undefined for all fields.
 */
export function parseFieldsText(text: string): FieldInput[] | undefined {
  return text === "*" ? undefined : text.split(",").map((part) => parseField(part.trim()));
}

function parseField(text: string): FieldInput {
  const [, as, rest = text] = ALIAS.exec(text) ?? [];
  const [, path = rest, cast] = CAST.exec(rest) ?? [];
  return { path, as, cast };
}

export function parseJsonText(text: string, name: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw invalid(name, name === "filter" ? `is not valid JSON; ${meantByFilter(text)}` : "is not valid JSON");
  }
  requireExactNumbers(text, name);
  return value;
}

/** A whole number; NaN, which is out of every range, for any other text. */
export function parseNumberText(text: string): number {
  return /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

export function parseFlagText(text: string, name: string): boolean {
  if (text !== "true" && text !== "false") throw invalid(name, "expected true or false");
  return text === "true";
}

export function parseCountsText(text: string | undefined, count: "exact" | "estimate" | undefined) {
  const names = text === undefined ? [] : text.split(",").map((name) => name.trim());
  for (const name of names) {
    if (name !== "filter_count" && name !== "total_count" && name !== "*")
      throw invalid("meta", "expected filter_count, total_count or *");
  }
  const has = (name: string): boolean => names.includes(name) || names.includes("*");
  return { filter: has("filter_count"), total: has("total_count"), estimate: count === "estimate" };
}
