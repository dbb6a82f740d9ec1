import { invalid } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import { compilePattern, type Pattern } from "../pattern.ts";
import { plural } from "../plural.ts";
import { compareScalars } from "./compare.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import type { Field } from "./field.ts";

/** The shared part of types whose values are texts. */

/** A text that every engine stores alike. */
export function wellFormed(value: Json, path: string): string {
  if (typeof value !== "string") throw invalid(path, "expected a text");
  if (value.includes("\0")) throw invalid(path, "a text may not hold the character U+0000");
  if (!value.isWellFormed()) throw invalid(path, "the text is not valid Unicode");
  return value;
}

/** A cell of another type than text: blanks around it are ignored, and an empty one has no value. */
export function trimmedCell(cell: string): string | undefined {
  const text = cell.trim();
  return text === "" ? undefined : text;
}

/** Stored, filtered, sorted and grouped as text; a type adds its name, its length and its other rules. */
export const TEXT_BASE = {
  kind: "text",
  storage: "text",
  coerce: (_field: Field, value: Json, path: string): string => wellFormed(value, path),
  compare: compareScalars,
  settings: [],
  defaults: [],
  variables: [
    "user.id",
    "user.email",
    "user.verified_email",
    "user.roles",
    "user.claims",
    "user.orgs",
    "org.id",
    "org.role",
    "workspace.id",
  ],
  operators: ["order", "text"],
  aggregates: ["min", "max"],
  unique: true,
  unique_together: true,
  indexed: true,
  sorted: true,
  grouped: true,
  readCell: trimmedCell,
} as const satisfies Partial<FieldTypeDefinition>;

/** Settings of texts whose length and form a field may bound. */
export const TEXT_SETTINGS = ["min_length", "max_length", "pattern"] as const;

/** `min_length`, `max_length` (default `most`), and `pattern`. Lengths are in code points. */
export function checkText(field: Field, value: string, path: string, most: number): void {
  const max = field.max_length ?? most;
  // Most texts need no count: the number of UTF-16 units is never below that of code points.
  if (value.length > max && codePoints(value) > max)
    throw invalid(path, `must have at most ${max} ${plural(max, "character")}`);
  const min = field.min_length ?? 0;
  if (min > 0 && codePoints(value) < min) throw invalid(path, `must have at least ${min} ${plural(min, "character")}`);
  if (field.pattern !== undefined) checkPattern(field.pattern, value, path);
}

export function checkTextSettings(field: Field, at: string): void {
  const { min_length, max_length, pattern } = field;
  if (pattern !== undefined) {
    try {
      compilePattern(pattern);
    } catch (error) {
      throw invalid(`${at}.pattern`, (error as Error).message);
    }
  }
  if (min_length !== undefined && max_length !== undefined && max_length < min_length)
    throw invalid(`${at}.max_length`, "is less than min_length, so no value is possible");
}

export function textSchema(field: Field, most: number): JsonObject {
  return {
    type: "string",
    ...(field.min_length !== undefined && { minLength: field.min_length }),
    maxLength: field.max_length ?? most,
    ...(field.pattern !== undefined && { pattern: field.pattern }),
  };
}

function checkPattern(source: string, value: string, path: string): void {
  const pattern = storedPattern(source, path);
  if (value.length > pattern.maxChars)
    throw invalid(path, `must have at most ${pattern.maxChars} characters, the limit for the pattern ${source}`);
  if (!pattern.test(value)) throw invalid(path, `must match the pattern ${source}`);
}

/** A pattern stored before patterns needed bounded matching time can still be read; writes fail until it is fixed. */
function storedPattern(source: string, path: string): Pattern {
  try {
    return compilePattern(source);
  } catch (error) {
    throw invalid(path, `its pattern ${(error as Error).message}; give the field another pattern`);
  }
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
