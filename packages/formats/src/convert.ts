import { type Field, fieldType, isJson, isPlainNumber, type Json, parseConverted } from "@plinth/core";

/** Converts a file's values to field values. Invalid ones stay unchanged, for the field's own check to refuse. */

/** A cell of text; undefined for an empty one, so that defaults apply. */
export function convertCell(field: Field, cell: string): Json | undefined {
  return fieldType(field).readCell(cell, field.name);
}

/** A JSON value, converted as a cell would be; numbers and booleans become text where the field holds text. */
export function convertValue(field: Field, value: Json): Json | undefined {
  if (isJson(field)) return value;
  if (typeof value === "string") return convertCell(field, value);
  if (typeof value !== "number" && typeof value !== "boolean") return value;
  return fieldType(field).readScalar?.(value) ?? value;
}

/**
 * A cell without a field. Only a text that survives a round trip becomes a number, so `007`, `1.0` and numbers beyond a
 * double's precision stay text; objects and lists are recognised by their brackets.
 */
export function inferCell(cell: string): Json {
  if (cell === "true") return true;
  if (cell === "false") return false;
  if (isPlainNumber(cell)) return Number(cell);
  if (/^\s*[[{]/.test(cell)) return parsed(cell) ?? cell;
  return cell;
}

function parsed(cell: string): Json | undefined {
  try {
    return parseConverted(cell);
  } catch {
    return undefined;
  }
}
