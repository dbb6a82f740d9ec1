import { isObject, type Json, PlinthError, requireExactNumbers } from "@plinth/core";
import { type Item, ownValues } from "../../data/item.ts";

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
