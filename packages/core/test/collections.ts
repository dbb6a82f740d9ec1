import { type Collection, type Field, type RelationRef, toCollection } from "@plinth/core";

/** Collections that between them hold every field type, for property tests of this package and of the SQL compiler. */

const WORKSPACE_ID = "00000000-0000-7000-8000-000000000001";

function define(number: number, slug: string, kind: Collection["kind"], fields: Field[]): Collection {
  const id = `00000000-0000-7000-8000-00000000000${number}`;
  const place = {
    id,
    workspaceId: WORKSPACE_ID,
    version: 1,
    table: `c_${slug}`,
    createdAt: "2024-01-01T00:00:00.000Z",
  };
  return toCollection({ slug, kind, fields }, place);
}

export const people = define(1, "people", "managed", [
  { name: "name", type: "text" },
  { name: "age", type: "integer" },
  { name: "tags", type: "json" },
  { name: "boss", type: "relation", to: "people", onDelete: "set_null" },
]);

export const things = define(2, "things", "managed", [
  { name: "name", type: "text" },
  { name: "body", type: "longtext" },
  { name: "count", type: "integer" },
  { name: "ratio", type: "number" },
  { name: "price", type: "decimal", precision: 10, scale: 2 },
  { name: "units", type: "decimal", precision: 18, scale: 0 },
  { name: "done", type: "boolean" },
  { name: "meta", type: "json" },
  { name: "at", type: "timestamp" },
  { name: "day", type: "date" },
  { name: "code", type: "uuid" },
  { name: "kind", type: "enum", values: ["red", "Green", "blåå"] },
  { name: "paper", type: "file" },
  { name: "friend", type: "relation", to: "people", onDelete: "set_null" },
]);

export const notes = define(3, "notes", "document", []);

export const collections: readonly Collection[] = [people, things, notes];

export function collectionBySlug(slug: string): Collection {
  return collections.find((collection) => collection.slug === slug)!;
}

/** Relations that show everything of their target. */
export function openRelation(_from: Collection, field: Field): RelationRef {
  return { field, target: collectionBySlug(field.to!), access: { where: { kind: "and", of: [] }, fields: null } };
}
