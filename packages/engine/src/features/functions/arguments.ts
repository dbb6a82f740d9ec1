import { invalid, isObject, plainJson } from "@plinth/core";
import type * as z from "zod";

/** The options of a host call, which may be left out. Its errors name the option. */
export function callOptions<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const value = given === undefined || given === null ? {} : plainJson(given, "options");
  if (!isObject(value)) throw invalid("options", "expected an object");
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw invalid(path.join(".") || "options", message);
}

export function textOf(value: unknown, field: string, most: number): string {
  if (typeof value === "string" && value.length <= most) return value;
  throw invalid(field, `expected a text of at most ${most} characters`);
}
