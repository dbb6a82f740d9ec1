import { invalid, type Json, type JsonObject } from "@plinth/core";
import type { VisibleCollections, WritableField } from "../schema/visible.ts";

/** What is given for an item, as the engine takes it: related items, links and increments in their places. */
export function dataOf(collections: VisibleCollections, slug: string, given: object, path = "data"): JsonObject {
  const { writable } = collections.get(slug)!;
  const body: JsonObject = {};
  const set = (name: string, value: Json, at: string): void => {
    if (Object.hasOwn(body, name)) throw invalid(at, `${name} is given twice`);
    body[name] = value;
  };
  for (const [name, value] of Object.entries(given) as [string, Json][]) {
    const at = `${path}.${name}`;
    if (name === "_document") for (const [key, part] of entriesOf(value, at)) set(key, part, at);
    else if (name === "_inc")
      for (const [key, by] of entriesOf(value, at)) set(fieldNamed(writable, key), { $inc: by }, at);
    else {
      const found = writable.find((one) => one.name === name);
      set(found?.field.name ?? name, found ? writtenValue(collections, found, value, at) : value, at);
    }
  }
  return body;
}

function fieldNamed(writable: readonly WritableField[], name: string): string {
  return writable.find((one) => one.name === name)!.field.name;
}

function entriesOf(value: Json, path: string): [string, Json][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(path, "expected an object");
  return Object.entries(value);
}

function writtenValue(
  collections: VisibleCollections,
  { field, part }: WritableField,
  value: Json,
  path: string,
): Json {
  if (part === "value" || value === null) return value;
  const target = field.to!;
  const given = value as { create?: Json; lookup?: Json } & JsonObject;
  const creations = (list: Json): Json =>
    (list as JsonObject[]).map((one, i) => dataOf(collections, target, one, `${path}.create.${i}`));
  if (part === "list") return { ...given, ...(given.create && { create: creations(given.create) }) };
  if (given.lookup !== undefined) return { $lookup: given.lookup };
  return dataOf(collections, target, given.create as JsonObject, `${path}.create`);
}
