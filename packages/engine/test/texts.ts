/** What requests ask for, in few words: commas between what is asked for, dots along relations. */
import { type Json, type JsonObject, parseSortText } from "@plinth/core";
import type { ExpandInput, FieldInput, ListInput } from "../src/index.ts";

export function fieldsIn(text: string): FieldInput[] {
  return text.split(",").map((path) => ({ path }));
}

/** Paths, or options of each relation with texts for what is a list of names. */
export function expandIn(expand: string | JsonObject): ExpandInput {
  if (typeof expand !== "string")
    return Object.fromEntries(Object.entries(expand).map(([as, options]) => [as, listIn(options as JsonObject)]));
  const entries = expand.split(",").map((path): [string, ExpandInput[string]] => {
    const [first, ...rest] = path.split(".");
    return [first!, rest.length > 0 ? { expand: expandIn(rest.join(".")) } : {}];
  });
  return Object.fromEntries(entries);
}

/** A list; all else of it is given as it is. */
export function listIn({ sort, fields, expand, ...rest }: { readonly [name: string]: Json | undefined }): ListInput {
  return {
    ...(rest as ListInput),
    ...(sort !== undefined && { sort: parseSortText(sort as string) }),
    ...(fields !== undefined && { fields: fieldsIn(fields as string) }),
    ...(expand !== undefined && { expand: expandIn(expand as string | JsonObject) }),
  };
}
