import { type Issue, type Json, PlinthError } from "@plinth/core";
import * as z from "zod";
import { type UnknownKey, wordingFor } from "./wording.ts";

/** For bodies whose form only a service can judge: that of an item follows from its collection. */
export const anyJson = z.custom<Json>();

/**
 * What a schema makes of a value; throws an error that names what is wrong. Give it a `z.strictObject`, so that a key
 * that nobody asked for is refused by name.
 */
export function parseValue<S extends z.ZodType>(
  schema: S,
  value: unknown,
  unknownKey: UnknownKey = "UNKNOWN_FIELD",
): z.output<S> {
  const result = schema.safeParse(value, { error: wordingFor(unknownKey) });
  if (!result.success) throw problemOf(result.error.issues, unknownKey);
  return result.data;
}

/** The same for the parameters of an address. A repeated one is an array, which no schema takes. */
export function parseQuery<S extends z.ZodType>(schema: S, url: string): z.output<S> {
  return parseValue(schema, valuesOf(new URLSearchParams(queryText(url))), "UNKNOWN_PARAMETER");
}

/** An address's parameters as `parseQuery` gives them to its schema. */
export function valuesOf(search: URLSearchParams): object {
  const names = [...new Set(search.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const all = search.getAll(name);
      return [name, all.length > 1 ? all : all[0]];
    }),
  );
}

/** The query string as it stands, without `?`. */
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

/** A text in the place of a list is not too long as well. */
function firstOfEach(issues: readonly Issue[]): Issue[] {
  const byField = Map.groupBy(issues, ({ field }) => field);
  return [...byField.values()].map(([first]) => first!);
}

function toIssues(issue: z.core.$ZodIssue, unknownKey: UnknownKey): Issue[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      field: [...path, key.slice(0, 100)].join("."),
      message: issue.message,
      code: unknownKey,
    }));
  }
  return [{ field: path.join(".") || "body", message: issue.message, code: "VALIDATION" }];
}
