import type { Action, JsonObject } from "@plinth/core";
import { ACTIONS } from "@plinth/core";
import * as z from "zod";

/** What the address asks. */
export const address = z.object({
  who: z.string().max(500).optional(),
  collection: z.string().max(200).optional(),
  action: z.enum(ACTIONS).optional(),
  /** The id of a stored item. */
  item: z.string().max(100).optional(),
  /** Typed values, as JSON: of a new item, a change, or a row as it would be stored. */
  values: z.string().max(20_000).optional(),
});

export type Question = z.output<typeof address>;

/** What typed values mean beside the rest of the question; undefined: they mean nothing there. */
export type ValuesMeaning = "body" | "change" | "row";

export function meaningOfValues(action: Action, item: string | undefined): ValuesMeaning | undefined {
  if (action === "create") return "body";
  if (item === undefined) return "row";
  return action === "update" ? "change" : undefined;
}

/** The body of `POST /api/permissions/simulate`; undefined while there is nothing to ask. */
export function requestOf({
  who = "anonymous",
  collection,
  action = "read",
  item,
  values,
}: Question): object | undefined {
  if (collection === undefined) return undefined;
  const id = action === "create" ? undefined : item;
  const typed = meaningOfValues(action, id) === undefined ? undefined : readValues(values ?? "").values;
  return { as: who, collection, action, ...(id !== undefined && { id }), ...(typed && { item: typed }) };
}

export interface ReadValues {
  readonly values?: JsonObject;
  /** Why the text is no object. */
  readonly problem?: string;
}

export function readValues(text: string): ReadValues {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { values: value as JsonObject };
    return { problem: 'expected an object, such as {"title": "Hello"}' };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
