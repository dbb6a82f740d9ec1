import { type Field, fieldType, isLiteral, type Json, parseVariable, plainValue, requirePlainDeep } from "@plinth/core";
import { plainNumber } from "../ui/number-text.ts";

/** Whether a value stands for something that the request brings: the caller, the time. */
export function isVariable(value: Json | undefined): boolean {
  try {
    return value !== undefined && parseVariable(value, "value", { stored: true }) !== undefined;
  } catch {
    return false;
  }
}

/** A value that somebody typed. A text that looks like a variable is marked as the text it is. */
export function asPlain(value: Json): Json {
  if (typeof value !== "string") return value;
  try {
    requirePlainDeep(value, "value");
    return value;
  } catch {
    return { $literal: value };
  }
}

/** As it is shown in a field. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  const plain = isLiteral(value) ? plainValue(value) : value;
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}

const WHOLE_TEXT = new Set(["text", "uuid", "reference", "time", "list"]);

/** The value of a typed text for a field; `undefined` if it is none yet. Within JSON: what it looks like. */
export function readValue(text: string, field: Field, inside = false): Json | undefined {
  const { kind, storage } = fieldType(field);
  if (kind === "json" || inside) return asPlain(guessed(text));
  if (WHOLE_TEXT.has(kind)) return text === "" && kind !== "text" ? undefined : asPlain(text);
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  const trimmed = plainNumber(text) ?? "";
  // Exact numbers go as texts: a double would change them.
  if (storage !== "double") return /^[+-]?\d+(\.\d+)?$/.test(trimmed) ? exact(trimmed) : undefined;
  const value = Number(trimmed);
  return trimmed === "" || !Number.isFinite(value) ? undefined : value;
}

function exact(text: string): Json {
  const value = Number(text);
  return String(value) === text && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? value : text;
}

function guessed(text: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null ? text : value;
  } catch {
    return text;
  }
}

/** One value a line, or between commas where no line has more. */
export function readList(text: string, field: Field, inside = false): Json[] | undefined {
  const parts = (text.includes("\n") ? text.split("\n") : text.split(",")).map((part) => part.trim()).filter(Boolean);
  const values = parts.map((part) => readValue(part, field, inside));
  return values.length === 0 || values.some((value) => value === undefined) ? undefined : (values as Json[]);
}
