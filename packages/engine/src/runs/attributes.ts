import { isObject, type Json, type JsonObject } from "@plinth/core";

const MAX_ATTRIBUTES = 32;
/** Characters of one value as JSON, and of all. */
const MAX_VALUE = 4000;
const MAX_TOTAL = 16_000;
const MAX_DEPTH = 8;
const SECRET = /secret|passw|token|authorization|cookie|api[-_]?key|credential|private[-_]?key/i;
const REDACTED = "[redacted]";

/**
 * Attributes as they are stored, as JSON: of bounded size, and without values whose names say that they are secrets. A value that is too
 * long becomes the beginning of its text.
 */
export function boundedAttributes(attributes: JsonObject): string {
  const kept: Record<string, Json> = {};
  let total = 0;
  let leftOut = 0;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    const one = shortened(redacted(name, value, 0));
    const size = name.length + JSON.stringify(one).length;
    if (Object.keys(kept).length === MAX_ATTRIBUTES || total + size > MAX_TOTAL) {
      leftOut++;
      continue;
    }
    kept[name] = one;
    total += size;
  }
  return JSON.stringify(leftOut === 0 ? kept : { ...kept, "plinth.attributes_left_out": leftOut });
}

/** A text without what some databases do not take. */
export function plainMessage(text: string, most: number): string {
  return text.replaceAll("\0", "").slice(0, most).toWellFormed();
}

function redacted(name: string, value: Json, depth: number): Json {
  // Such as `gen_ai.usage.input_tokens`.
  const isCount = typeof value === "number" && name.endsWith("_tokens");
  if (SECRET.test(name) && !isCount && value !== null && typeof value !== "boolean") return REDACTED;
  if (depth === MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((each) => redacted("", each, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redacted(key, each as Json, depth + 1)]));
}

function shortened(value: Json): Json {
  const text = JSON.stringify(value);
  if (text.length <= MAX_VALUE) return value;
  return `${(typeof value === "string" ? value : text).slice(0, MAX_VALUE - 1)}…`;
}
