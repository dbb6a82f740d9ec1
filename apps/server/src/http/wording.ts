import { expectedOneOf, nearest, plural } from "@plinth/core";
import type * as z from "zod";
import { isTaken, meantByName } from "./query/foreign-names.ts";

export type UnknownKey = "UNKNOWN_FIELD" | "UNKNOWN_PARAMETER";

type Raw = z.core.$ZodRawIssue;

export const REQUIRED = "is required";

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: "expected a date and time such as 2024-05-01T10:00:00Z",
  url: "expected an address such as https://example.com/picture.png",
};

/**
 * A schema's error in the wording of all other errors: the text follows the field's name. A schema's own message has
 * priority, but for what is missing.
 */
export function wordingFor(unknownKey: UnknownKey): (issue: Raw) => string {
  return (issue) => {
    if (issue.input === undefined) return REQUIRED;
    if (unknownKey === "UNKNOWN_PARAMETER" && Array.isArray(issue.input))
      return "this parameter may be given only once";
    switch (issue.code) {
      case "unrecognized_keys":
        return unknown(unknownKey, issue.keys, keysOf(issue.inst));
      case "invalid_type":
        return `expected ${isWhole(issue.inst) ? KINDS.int : nameOf(issue.expected)}, got ${kindOf(issue.input)}`;
      case "invalid_value":
        return expectedOneOf(issue.values.map(String), issue.input);
      case "invalid_union":
        return oneKindOf(
          issue.errors.flatMap(([first]) => (first?.code === "invalid_type" ? nameOf(first.expected) : [])),
        );
      case "invalid_key":
        return issue.issues[0]?.message ?? "is not a valid name";
      case "invalid_format":
        return FORMATS[issue.format] ?? "has the wrong format";
      case "too_small":
        return `must ${sized("at least", issue.origin, Number(issue.minimum))}`;
      case "too_big":
        return `must ${sized("at most", issue.origin, Number(issue.maximum))}`;
      default:
        return "is not valid";
    }
  };
}

function unknown(unknownKey: UnknownKey, keys: readonly string[], known: readonly string[]): string {
  const what = unknownKey === "UNKNOWN_PARAMETER" ? "parameter" : "field";
  if (known.length === 0) return `there is no such ${what}; none is allowed here`;
  const all = `use ${known.join(", ")}`;
  // Several share one message.
  const near = keys.length === 1 ? nearest(keys[0]!, known) : undefined;
  if (near !== undefined) return `there is no such ${what}; did you mean ${near}? (${all})`;
  const right = keys.length === 1 ? meantByName(keys[0]!) : undefined;
  return `there is no such ${what}; ${right !== undefined && isTaken(right, known) ? `${right} (${all})` : all}`;
}

/** The kind of a value, never the value: it may be a password. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string") return "a text";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return Number.isInteger(value) ? "a whole number" : "a fraction";
  return Array.isArray(value) ? "a list" : "an object";
}

/** An object's property names without those that are ignored, or a record's allowed keys. */
function keysOf(schema: Raw["inst"]): string[] {
  const { shape, keyType } = (schema?._zod.def ?? {}) as {
    shape?: { readonly [name: string]: z.ZodType };
    keyType?: z.core.$ZodType;
  };
  if (!shape) return [...(keyType?._zod.values ?? [])].map(String);
  return Object.keys(shape).filter((name) => !shape[name]!.meta?.()?.readOnly);
}

function isWhole(schema: Raw["inst"]): boolean {
  return (schema?._zod.def as { format?: string } | undefined)?.format === "safeint";
}

function nameOf(kind: string): string {
  return KINDS[kind] ?? kind;
}

function oneKindOf(kinds: readonly string[]): string {
  return kinds.length === 0 ? "is not valid" : expectedOneOf([...new Set(kinds)], undefined);
}

function sized(bound: string, origin: string, n: number): string {
  if (origin === "string") return `have ${bound} ${n} ${plural(n, "character")}`;
  if (origin === "array") return `have ${bound} ${n} ${plural(n, "entry", "entries")}`;
  return `be ${bound} ${n}`;
}
