import type { Change, Collection, JsonObject } from "@plinth/core";
import { eventTypeOf } from "./events.ts";

/** What a message holds of an item. */
export interface MessageContent {
  /** Null: all. */
  readonly fields: readonly string[] | null;
  /** Whether it holds the item before the change too. */
  readonly before: boolean;
}

/** Beyond it a message is sent without the item: receivers read it. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

const encoder = new TextEncoder();

/** The message about a change: its type, what it holds, and its body as it is sent. */
export function changeMessage(
  collection: Collection,
  change: Change,
  { fields, before, isShort }: MessageContent & { readonly isShort: boolean },
): { type: string; data: JsonObject; body: string } {
  const type = eventTypeOf(collection, change.operation);
  const row = (change.after ?? change.before)!;
  const about = { collection: collection.slug, id: change.item, version: versionOf(row) };
  const messageOf = (data: JsonObject) => ({ type, data, body: bodyOf(type, change.at, data) });
  const short = () => messageOf({ ...about, truncated: true });
  if (isShort) return short();
  const images = {
    ...(before && change.before && { before: chosen(change.before, fields) }),
    after: change.after && chosen(change.after, fields),
  };
  const whole = messageOf({ ...about, ...images });
  return fitsMessage(whole.body) ? whole : short();
}

/** Whether a message may hold it, as JSON. */
export function fitsMessage(text: string): boolean {
  return text.length <= MAX_MESSAGE_BYTES && encoder.encode(text).byteLength <= MAX_MESSAGE_BYTES;
}

/** `at`: ISO 8601, when that happened of which it tells. */
export function bodyOf(type: string, at: string, data: JsonObject): string {
  return JSON.stringify({ type, timestamp: at, data });
}

function versionOf({ version }: JsonObject): number | null {
  return typeof version === "number" ? version : null;
}

function chosen(row: JsonObject, fields: readonly string[] | null): JsonObject {
  if (!fields) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => fields.includes(name)));
}
