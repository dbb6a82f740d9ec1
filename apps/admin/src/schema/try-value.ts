import { coerce, type Field, fieldType, isObject, type Json, PlinthError } from "@plinth/core";
import { typedCell } from "../ui/number-text.ts";

export interface Tried {
  /** In the form of the API; undefined: no value. */
  readonly value?: Json;
  /** Why the server would refuse it. */
  readonly problem?: string;
}

/** A typed text as a value of the field, by the checks that the server makes. */
export function tryValue(field: Field, text: string): Tried {
  try {
    const type = fieldType(field);
    const value = text === "" ? undefined : type.readCell(typedCell(text, type.kind), field.name);
    return value === undefined ? {} : { value: coerce(field, value) };
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    const path = `${String(error.details?.field)}: `;
    return { problem: error.message.startsWith(path) ? error.message.slice(path.length) : error.message };
  }
}

/** A value as somebody would type it. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (isObject(value) && typeof value.$literal === "string") return value.$literal;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A constant default: a text that looks like a variable is marked as none. */
export function constantOf(value: Json): Json {
  return typeof value === "string" && value.startsWith("$") ? { $literal: value } : value;
}
