import {
  type Collection,
  type Field,
  FULL_ACCESS,
  type JsonObject,
  type ReadPolicy,
  type RelationRef,
  toCollection,
} from "@plinth/core";

/** Collections that together have every field type, for property tests of this package and of the SQL compiler. */

const WORKSPACE_ID = "00000000-0000-7000-8000-000000000001";

function define(number: number, slug: string, kind: Collection["kind"], fields: Field[]): Collection {
  const id = `00000000-0000-7000-8000-00000000000${number}`;
  const identity = {
    id,
    workspaceId: WORKSPACE_ID,
    version: 1,
    table: `c_${slug}`,
    createdAt: "2024-01-01T00:00:00.000Z",
  };
  return toCollection({ slug, kind, fields }, identity);
}

export const people = define(1, "people", "managed", [
  { name: "name", type: "text" },
  { name: "age", type: "integer" },
  { name: "tags", type: "json" },
  { name: "boss", type: "relation", to: "people", on_delete: "set_null" },
  { name: "reports", type: "relation_many", to: "people", via: "boss" },
  { name: "things", type: "relation_many", to: "things", via: "friend" },
  { name: "links", type: "relation_many", to: "links", via: "person" },
]);

export const things = define(2, "things", "managed", [
  { name: "name", type: "text" },
  { name: "body", type: "longtext" },
  { name: "count", type: "integer" },
  { name: "ratio", type: "number" },
  { name: "price", type: "decimal", precision: 10, scale: 2 },
  { name: "units", type: "decimal", precision: 18, scale: 0 },
  { name: "done", type: "boolean" },
  { name: "doc", type: "json" },
  { name: "at", type: "timestamp" },
  { name: "day", type: "date" },
  { name: "code", type: "uuid" },
  { name: "kind", type: "enum", values: ["red", "Green", "blåå"] },
  { name: "friend", type: "relation", to: "people", on_delete: "set_null" },
  { name: "helpers", type: "relation_many", to: "people", through: "links", via: "thing", target: "person" },
]);

/** The junction between things and the people who help with them. */
export const links = define(4, "links", "managed", [
  { name: "thing", type: "relation", to: "things", on_delete: "cascade" },
  { name: "person", type: "relation", to: "people", on_delete: "cascade" },
  { name: "weight", type: "integer" },
]);

export const notes = define(3, "notes", "document", []);

export const collections: readonly Collection[] = [people, things, links, notes];

export function collectionBySlug(slug: string): Collection {
  return collections.find((collection) => collection.slug === slug)!;
}

/** Fields that store a value. */
export function storedFields(collection: Collection): Field[] {
  return collection.fields.filter((field) => field.type !== "relation_many");
}

/** The relation of a field, with `access` as the policy of its target and of its junction. */
export function relationTo(field: Field, policy: ReadPolicy): RelationRef {
  const target = collectionBySlug(field.to!);
  if (field.type === "relation") return { field, target, policy };
  if (!field.through) return { field, target, policy, ...listVia(target, field) };
  const collection = collectionBySlug(field.through);
  const junction = { collection, policy: FULL_ACCESS, to: collection.byName.get(field.target!)! };
  return { field, target, policy, ...listVia(collection, field), junction };
}

function listVia(owner: Collection, field: Field) {
  const via = owner.byName.get(field.via!)!;
  return { via, source: collectionBySlug(via.to!) };
}

/** Relations with full access to their target. */
export function openRelation(_from: Collection, field: Field): RelationRef {
  return relationTo(field, FULL_ACCESS);
}

/** The rows of `all` that a relation of `row` refers to, including those that the caller may not see. */
export function relatedRows(
  all: Readonly<Record<string, readonly JsonObject[]>>,
  { field, target, via, junction }: RelationRef,
  row: JsonObject,
): JsonObject[] {
  const rows = all[target.slug]!;
  if (!via) return rows.filter((other) => other.id === row[field.name]);
  if (!junction) return rows.filter((other) => other[via.name] === row.id);
  const links = all[junction.collection.slug]!.filter((link) => link[via.name] === row.id);
  return links.flatMap((link) => rows.filter((other) => other.id === link[junction.to.name]));
}
