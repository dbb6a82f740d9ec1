/** A short notation for requested fields: commas between fields, dots along relations. */
import { type Json, type JsonObject, parseSortText } from "@plinth/core";
import type { ExpandInput, FieldInput, ListInput } from "../src/index.ts";

export function fieldsIn(text: string): FieldInput[] {
  return text.split(",").map((path) => ({ path }));
}

/** Paths, or options for each relation, with lists of names as text. */
export function expandIn(expand: string | JsonObject): ExpandInput {
  if (typeof expand !== "string")
    return Object.fromEntries(Object.entries(expand).map(([as, options]) => [as, listIn(options as JsonObject)]));
  const entries = expand.split(",").map((path): [string, ExpandInput[string]] => {
    const [first, ...rest] = path.split(".");
    return [first!, rest.length > 0 ? { expand: expandIn(rest.join(".")) } : {}];
  });
  return Object.fromEntries(entries);
}

/** The input of a list; other options stay as they are. */
export function listIn({ sort, fields, expand, ...rest }: { readonly [name: string]: Json | undefined }): ListInput {
  return {
    ...(rest as ListInput),
    ...(sort !== undefined && { sort: parseSortText(sort as string) }),
    ...(fields !== undefined && { fields: fieldsIn(fields as string) }),
    ...(expand !== undefined && { expand: expandIn(expand as string | JsonObject) }),
  };
}
