import { invalid, nearest } from "@plinth/core";
import { meantByParameter } from "./foreign-filters.ts";
import { isTaken } from "./foreign-names.ts";
import type { KnownField } from "./known-fields.ts";

export type Parameters = ReadonlyMap<string, string>;

/** Refuses repeated and unknown parameters. An error may name the fields that are `known`. */
export function readParameters(search: string, allowed: readonly string[], known: KnownField = none): Parameters {
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (!allowed.includes(name))
      throw invalid(name, `there is no such parameter; ${meant(name, value, allowed, known)}`, "UNKNOWN_PARAMETER");
    if (found.has(name)) throw invalid(name, "this parameter may be given only once");
    found.set(name, value);
  }
  return found;
}

function none(): undefined {}

/** The right form of what is meant, or else the parameters. */
function meant(name: string, value: string, allowed: readonly string[], known: KnownField): string {
  const all = `use ${allowed.join(", ")}`;
  // A name in brackets is another product's form, however near its first part is.
  const near = name.includes("[") ? undefined : nearest(name, allowed);
  if (near !== undefined) return `did you mean ${near}? (${all})`;
  const right = meantByParameter(name, value, known);
  return right !== undefined && isTaken(right, allowed) ? `${right} (${all})` : all;
}

export function oneOf<T extends string>(params: Parameters, name: string, values: readonly T[]): T | undefined {
  const value = params.get(name);
  if (value !== undefined && !(values as readonly string[]).includes(value))
    throw invalid(name, `expected ${values.join(" or ")}`);
  return value as T | undefined;
}

/** Parses a parameter, if present. */
export function ifPresent<T>(
  params: Parameters,
  name: string,
  parse: (text: string, name: string) => T,
): T | undefined {
  const text = params.get(name);
  return text === undefined ? undefined : parse(text, name);
}
