import { zValidator } from "@hono/zod-validator";
import { type ErrorCode, type Issue, PlinthError } from "@plinth/core";
import type { Context } from "hono";
import type * as z from "zod";
import type { AppEnv } from "../context.ts";
import { readJson } from "./body.ts";

/**
 * Validates a JSON body; the handler gets it by `c.req.valid("json")`. Give it a `z.strictObject`, so that a key that
 * nobody asked for is refused by name.
 *
 * @example
 * app.post("/api/roles", jsonBody(z.strictObject({ name: z.string() })), (c) => c.json(c.req.valid("json")));
 */
export function jsonBody<S extends z.ZodType>(schema: S) {
  const validate = zValidator("json", schema, (result) => {
    if (!result.success) throw problemOf(result.error.issues, "UNKNOWN_FIELD");
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
  return zValidator("query", schema, (result) => {
    if (!result.success) throw problemOf(result.error.issues, "UNKNOWN_PARAMETER");
  });
}

/** Validates a value that a handler has read by itself, with the same errors as `jsonBody`. */
export function parseValue<S extends z.ZodType>(
  schema: S,
  value: unknown,
  unknownKey: "UNKNOWN_FIELD" | "UNKNOWN_PARAMETER" = "UNKNOWN_FIELD",
): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw problemOf(result.error.issues, unknownKey);
  return result.data;
}

function problemOf(zodIssues: readonly z.core.$ZodIssue[], unknownKey: ErrorCode): PlinthError {
  const issues = zodIssues.flatMap((issue) => toIssues(issue, unknownKey));
  const first = issues[0]!;
  return new PlinthError(first.code ?? "VALIDATION", `${first.field}: ${first.message}.`, {
    field: first.field,
    issues,
  });
}

function toIssues(issue: z.core.$ZodIssue, unknownKey: ErrorCode): Issue[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const message = unknownKey === "UNKNOWN_PARAMETER" ? "there is no such parameter" : "there is no such field";
    return issue.keys.map((key) => ({ field: [...path, key].join("."), message, code: unknownKey }));
  }
  const field = path.join(".") || "body";
  return [{ field, message: messageOf(issue.message), code: "VALIDATION" }];
}

/** zod's sentences, fitted to follow the field's name. */
function messageOf(message: string): string {
  if (message.endsWith("received undefined")) return "is required";
  const text = message.replace(/^Invalid input: /, "").replace(/\.$/, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}
