import { coerceType, type Field, isJson, type Json } from "@plinth/core";

const LISTS = new Set(["_in", "_nin", "_between", "_overlaps", "_contained_in"]);
const FLAGS = new Set(["_null", "_empty", "_nempty"]);

/** The value that a text in a query string stands for. Without a field's type, or for JSON, by its form. */
export function scalar(text: string, operator: string, field?: Field): Json {
  if (FLAGS.has(operator)) return text !== "false" && text !== "0";
  if (LISTS.has(operator))
    return partsOf(text.replaceAll(/^[([{]|[)\]}]$/g, "")).map((part) => one(unquoted(part), field));
  if (text === "null" && (operator === "_eq" || operator === "_neq")) return null;
  return one(text, field);
}

function one(text: string, field: Field | undefined): Json {
  if (field !== undefined && !isJson(field) && accepts(field, text)) return text;
  if (/^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text);
  return text === "true" || text === "false" ? text === "true" : text;
}

function accepts(field: Field, text: string): boolean {
  try {
    coerceType(field, text, field.name);
    return true;
  } catch {
    return false;
  }
}

export function unquoted(text: string): string {
  const inner = /^"(.*)"$/s.exec(text)?.[1];
  return inner === undefined ? text : inner.replaceAll(/\\(.)/g, "$1");
}

/** Splits at commas that are not within quotes or brackets. */
export function partsOf(text: string): string[] {
  const parts = [""];
  let depth = 0;
  let quoted = false;
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    if (!quoted && (char === "(" || char === "{")) depth += 1;
    if (!quoted && (char === ")" || char === "}")) depth -= 1;
    if (char === "," && depth === 0 && !quoted) parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts;
}
