import { type Find, invalid, type JsonObject } from "@plinth/core";
import type { Scope } from "../kernel/engine.ts";

/** Options of one entry of `expand`, each checked where it is asked for; `path` is the entry's. */

const DEFAULT_LIMIT = 50;

export function pageOption({ engine }: Scope, options: JsonObject, path: string): Pick<Find, "limit" | "offset"> {
  const limit = countOption(options, "limit", path, DEFAULT_LIMIT, 1, engine.config.maxLimit);
  const offset = countOption(options, "offset", path, 0, 0, Number.MAX_SAFE_INTEGER);
  return { limit: { value: limit }, offset: { value: offset } };
}

export function textOption(options: JsonObject, name: string, path: string): string | undefined {
  const value = options[name];
  if (value !== undefined && typeof value !== "string") throw invalid(`${path}.${name}`, "expected a text");
  return value;
}

export function flagOption(options: JsonObject, name: string, path: string): boolean {
  const value = options[name] ?? false;
  if (typeof value !== "boolean") throw invalid(`${path}.${name}`, "expected true or false");
  return value;
}

function countOption(
  options: JsonObject,
  name: string,
  path: string,
  fallback: number,
  min: number,
  max: number,
): number {
  const value = options[name] ?? fallback;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) {
    throw invalid(`${path}.${name}`, `expected a whole number from ${min} to ${max}`);
  }
  return value;
}
