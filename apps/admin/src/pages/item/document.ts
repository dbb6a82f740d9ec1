import { isObject, isSystemField, type Json, PlinthError, requireExactNumbers } from "@plinth/core";
import type { Item } from "./item.ts";

/** What somebody has written of an item, without what Plinth keeps of it. A document declares no fields. */
export function ownValues(item: Item): Record<string, Json> {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !isSystemField(name)));
}

export function documentText(item: Item): string {
  return JSON.stringify(ownValues(item), null, 2);
}

/** The object that a document is. */
export function readDocument(text: string): { values: Record<string, Json>; problems: Record<string, string> } {
  try {
    const value = JSON.parse(text) as Json;
    if (!isObject(value)) return { values: {}, problems: { document: 'expected an object, such as {"name": "Ada"}' } };
    // As the API refuses them: a double would hold another number.
    requireExactNumbers(text, "document");
    return { values: value, problems: {} };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof PlinthError)) throw error;
    return { values: {}, problems: { document: error.message } };
  }
}

/** The whole document as it was: `then` holds what differs now, with null for what was absent. */
export function documentAt(item: Item, then: Readonly<Record<string, Json>>): Record<string, Json> {
  const entries = Object.entries({ ...ownValues(item), ...then });
  return Object.fromEntries(entries.filter(([name, value]) => value !== null || then[name] === undefined));
}
