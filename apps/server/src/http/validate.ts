import { zValidator } from "@hono/zod-validator";
import { type Issue, PlinthError } from "@plinth/core";
import type { Context } from "hono";
import type * as z from "zod";
import type { AppEnv } from "../context.ts";
import { readJson } from "./body.ts";
import { type UnknownKey, wordingFor } from "./wording.ts";

/**
 * Validates a JSON body; the handler gets it by `c.req.valid("json")`. Give it a `z.strictObject`, so that a key that
 * nobody asked for is refused by name. Where a body may have one of several forms, `choose` says by which it is read, so
 * that a mistake is named.
 *
 * @example
 * app.post("/api/roles", jsonBody(z.strictObject({ name: z.string() })), (c) => c.json(c.req.valid("json")));
 */
export function jsonBody<S extends z.ZodType>(schema: S, choose: (body: unknown) => z.ZodType = () => schema) {
  const validate = zValidator("json", schema, undefined, {
    validationFunction: (_, body) => understood(parseValue(choose(body), body)),
  });
  const handler: typeof validate = async (c, next) => {
    const body = await readJson(c as unknown as Context<AppEnv>);
    // The validator asks for the body by this method; its own reading knows neither the size limit nor strict UTF-8.
    c.req.json = async () => body as never;
    return validate(c, next);
  };
  return handler;
}

/** Validates the query parameters; the handler gets them by `c.req.valid("query")`. A repeated one is an array. */
export function queryParams<S extends z.ZodType>(schema: S) {
  return zValidator("query", schema, undefined, {
    validationFunction: (_, query) => understood(parseValue(schema, query, "UNKNOWN_PARAMETER")),
  });
}

/** Validates a value that a handler has read by itself, with the same errors as `jsonBody`. */
export function parseValue<S extends z.ZodType>(
  schema: S,
  value: unknown,
  unknownKey: UnknownKey = "UNKNOWN_FIELD",
): z.output<S> {
  const result = schema.safeParse(value, { error: wordingFor(unknownKey) });
  if (!result.success) throw problemOf(result.error.issues, unknownKey);
  return result.data;
}

/** An address's parameters as `queryParams` gives them to its schema. */
export function valuesOf(search: URLSearchParams): object {
  const names = [...new Set(search.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const all = search.getAll(name);
      return [name, all.length > 1 ? all : all[0]];
    }),
  );
}

/** In the validator's form; what is refused has been thrown. */
function understood(data: unknown): never {
  return { success: true, data } as never;
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
