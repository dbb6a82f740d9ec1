import type { Json } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";

/** The limit in bytes of the request's next read. */
export function maxBytesOf({ engine, budget }: RequestContext): number {
  return Math.max(0, engine.config.maxAnswerBytes - (budget?.bytes ?? 0));
}

/** About how many bytes an item takes in an answer. */
export function bytesOf(value: Json | undefined): number {
  if (typeof value === "string") return value.length + 2;
  if (value === null || typeof value !== "object") return 8;
  let bytes = 2;
  if (Array.isArray(value)) for (const item of value) bytes += bytesOf(item);
  else for (const name in value) bytes += name.length + 4 + bytesOf(value[name]);
  return bytes;
}
