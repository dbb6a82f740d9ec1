import { excerpt, type Issue, type Json, PlinthError } from "@plinth/core";
import * as z from "@plinth/engine/zod";
import { REQUIRED, type UnknownKey, wordingFor } from "./wording.ts";

/** For bodies that only a service can validate: an item's form depends on its collection. */
export const anyJson = z.custom<Json>();

/**
 * Parses a value with a schema; throws an error that names the mistake. Use a `z.strictObject`, so that an unknown key
 * is refused by name.
 */
export function parseValue<S extends z.ZodType>(
  schema: S,
  value: unknown,
  unknownKey: UnknownKey = "UNKNOWN_FIELD",
): z.output<S> {
  const result = schema.safeParse(value, { error: wordingFor(unknownKey), reportInput: true });
  if (!result.success) throw problemOf(result.error.issues, unknownKey);
  return result.data;
}

/** The same for query parameters. A repeated one is an array, which no schema accepts. */
export function parseQuery<S extends z.ZodType>(schema: S, url: string): z.output<S> {
  return parseValue(schema, valuesOf(new URLSearchParams(queryText(url))), "UNKNOWN_PARAMETER");
}

/** A URL's parameters as `parseQuery` passes them to its schema. */
export function valuesOf(search: URLSearchParams): object {
  const names = [...new Set(search.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const all = search.getAll(name);
      return [name, all.length > 1 ? all : all[0]];
    }),
  );
}

/** The unparsed query string, without `?`. */
export function queryText(url: string): string {
  const start = url.indexOf("?");
  if (start < 0) return "";
  const hash = url.indexOf("#", start);
  return hash < 0 ? url.slice(start + 1) : url.slice(start + 1, hash);
}

function problemOf(zodIssues: readonly z.core.$ZodIssue[], unknownKey: UnknownKey): PlinthError {
  const issues = firstOfEach(zodIssues.flatMap((issue) => toIssues(issue, unknownKey)));
  const first = issues[0]!;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return new PlinthError(first.code ?? "VALIDATION", `${first.field}: ${first.message}${more}.`, {
    field: first.field,
    issues,
  });
}

/** A text in place of a list gets no second error about its length. */
function firstOfEach(issues: readonly Issue[]): Issue[] {
  const byField = Map.groupBy(issues, ({ field }) => field);
  return [...byField.values()].map(([first]) => first!);
}

function toIssues(issue: z.core.$ZodIssue, unknownKey: UnknownKey): Issue[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      field: excerpt([...path, key].join(".")),
      message: issue.message,
      code: unknownKey,
    }));
  }
  // What a schema says of a wrong value is no help with one that is missing.
  const message = issue.input === undefined ? REQUIRED : issue.message;
  return [{ field: excerpt(path.join(".")) || "body", message, code: "VALIDATION" }];
}
