import { type Field, fieldType, isSystemField, type Json } from "@plinth/core";
import { typedCell } from "../../ui/number-text.ts";

/** As a cell is copied and edited. */
export function cellText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export type ReadCell = { readonly value: Json } | { readonly error: true };

/** A text that was typed or pasted, as a value of the field. Empty: no value. */
export function readCell(text: string, field: Field): ReadCell {
  const type = fieldType(field);
  if (text === "") return { value: null };
  if (type.kind === "boolean") return readBoolean(text);
  if (type.kind === "text") return { value: text };
  try {
    const value = type.readCell(typedCell(text, type.kind), field.name);
    return { value: value === undefined ? null : value };
  } catch {
    return { error: true };
  }
}

const YES = new Set(["true", "yes", "1", "✓", "x"]);
const NO = new Set(["false", "no", "0"]);

function readBoolean(text: string): ReadCell {
  const plain = text.trim().toLowerCase();
  if (YES.has(plain)) return { value: true };
  return NO.has(plain) ? { value: false } : { error: true };
}

/** Whether a cell of the field can be changed in the grid. */
export function isEditable(field: Field): boolean {
  return !isSystemField(field.name) && fieldType(field).kind !== "list";
}

/** Whether values stand below each other by their last digit. */
export function isAtRight(field: Field): boolean {
  return fieldType(field).kind === "number";
}

/** How wide a column is at first, in pixels. */
export function usualWidth(field: Field): number {
  const { kind, storage } = fieldType(field);
  if (kind === "boolean") return 90;
  if (kind === "number") return 110;
  if (kind === "time") return storage === "date" ? 120 : 180;
  if (kind === "uuid" && isSystemField(field.name)) return 120;
  return field.type === "longtext" || kind === "json" ? 240 : 180;
}
