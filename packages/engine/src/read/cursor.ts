import { type FieldValue, fromBase64Url, invalid, PlinthError, toBase64Url } from "@plinth/core";

/** A cursor is base64url JSON: its sort, and the last row's sort values. It grants no rights. */
interface Cursor {
  s: string;
  v: FieldValue[];
}

const MAX_CHARS = 8000;

export function encodeCursor(sort: string, values: readonly FieldValue[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify({ s: sort, v: [...values] } satisfies Cursor));
  const cursor = toBase64Url(bytes);
  if (cursor.length <= MAX_CHARS) return cursor;
  throw invalid("sort", "the values of the sort fields are too long for a cursor; sort by shorter ones, or use offset");
}

export function decodeCursor(text: string, sort: string): FieldValue[] {
  const refusal = new PlinthError("INVALID_CURSOR", undefined, { field: "cursor" });
  if (text.length > MAX_CHARS || !/^[\w-]+$/.test(text)) throw refusal;
  let cursor: Cursor;
  try {
    cursor = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64Url(text))) as Cursor;
  } catch {
    throw refusal;
  }
  const scalar = (value: unknown): boolean =>
    value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (cursor?.s !== sort || !Array.isArray(cursor.v) || !cursor.v.every(scalar)) throw refusal;
  return cursor.v;
}
