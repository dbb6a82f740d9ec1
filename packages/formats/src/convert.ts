import { type Field, invalid, type Json } from "@plinth/core";

/** From what a file says to what a field takes. What does not fit is left as it is, for the field's own check to refuse. */

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const TRUE = /^(?:true|1|yes)$/i;
const FALSE = /^(?:false|0|no)$/i;

/** A cell of text; undefined where it says nothing, so that defaults apply. */
export function convertCell(field: Field, cell: string): Json | undefined {
  if (field.type === "text" || field.type === "longtext") return cell;
  const text = cell.trim();
  if (text === "") return undefined;
  switch (field.type) {
    case "integer":
    case "number":
      return NUMBER.test(text) ? Number(text) : text;
    case "boolean":
      return TRUE.test(text) ? true : FALSE.test(text) ? false : text;
    case "json":
      return parseCell(field, text);
    default:
      return text;
  }
}

function parseCell(field: Field, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid(field.name, "is not valid JSON");
  }
}

/** A JSON value, converted as a cell would be; numbers and booleans become text where the field holds text. */
export function convertValue(field: Field, value: Json): Json | undefined {
  if (field.type === "json") return value;
  if (typeof value === "string") return convertCell(field, value);
  if (typeof value !== "number" && typeof value !== "boolean") return value;
  if (field.type === "text" || field.type === "longtext" || field.type === "enum") return String(value);
  return field.type === "boolean" ? convertCell(field, String(value)) : value;
}

/**
 * A cell that no field describes. Only what would be written back the same is a number, so `007`, `1.0` and numbers
 * beyond a double's digits stay text; objects and lists are recognised by their brackets.
 */
export function inferCell(cell: string): Json {
  if (cell === "true") return true;
  if (cell === "false") return false;
  if (isPlainNumber(cell)) return Number(cell);
  if (/^\s*[[{]/.test(cell)) return parsed(cell) ?? cell;
  return cell;
}

export function isPlainNumber(cell: string): boolean {
  return /^-?\d/.test(cell) && cell.length <= 24 && String(Number(cell)) === cell;
}

function parsed(cell: string): Json | undefined {
  try {
    return JSON.parse(cell) as Json;
  } catch {
    return undefined;
  }
}
