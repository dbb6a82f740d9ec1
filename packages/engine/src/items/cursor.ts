import { type FieldValue, PlinthError } from "@plinth/core";

/** A cursor is base64url JSON: the sort it belongs to, and the last row's sort values. It grants nothing. */
interface Cursor {
  s: string;
  v: FieldValue[];
}

const MAX_CHARS = 8000;

export function encodeCursor(sort: string, values: readonly FieldValue[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify({ s: sort, v: [...values] } satisfies Cursor));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

export function decodeCursor(text: string, sort: string): FieldValue[] {
  const refusal = new PlinthError("INVALID_CURSOR", undefined, { field: "cursor" });
  if (text.length > MAX_CHARS || !/^[\w-]+$/.test(text)) throw refusal;
  let cursor: Cursor;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    cursor = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Cursor;
  } catch {
    throw refusal;
  }
  const scalar = (value: unknown): boolean =>
    value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (cursor?.s !== sort || !Array.isArray(cursor.v) || !cursor.v.every(scalar)) throw refusal;
  return cursor.v;
}
