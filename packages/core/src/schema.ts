import type { Field } from "./fields/field.ts";
import { isVirtual } from "./fields/index.ts";
import { indexedTexts } from "./fields/index-limit.ts";
import type { Json } from "./json.ts";
import { DEFAULT_COLUMNS, type SystemColumns, systemFields } from "./system-fields.ts";

/** The definition of a collection: its fields, keys and constraints, as they are stored and served. */

/** The physical column of a field. */
export function columnName(field: Field): string {
  return field.column ?? field.name;
}

/** Columns that engines add to every table, or read as one where a statement names it. */
const ENGINE_COLUMNS: ReadonlySet<string> = new Set([
  ...["ctid", "cmax", "cmin", "tableoid", "xmax", "xmin"],
  ...["oid", "rowid"],
]);

/** A new field, with a column of another name where an engine uses the field's. No field's name begins with `_`. */
export function withFreeColumn(field: Field): Field {
  return ENGINE_COLUMNS.has(field.name) ? { ...field, column: `_${field.name}` } : field;
}

/** The names of the fields with these columns. */
export function fieldNamesOf(collection: Collection, columns: readonly string[]): string[] {
  const fields = [...collection.stored.values()].filter((field) => columns.includes(columnName(field)));
  return fields.map(({ name }) => name);
}

export type CollectionKind = "managed" | "document";

/** A collection as callers define and read it. */
export interface CollectionDefinition {
  slug: string;
  kind: CollectionKind;
  fields: Field[];
  /** Sets of fields whose combined values must differ between items. */
  unique_together?: string[][];
  /** Document collections: indexed JSON paths (dotted). */
  indexed_paths?: string[];
  /** Sets of fields that share an index, in order. */
  indexes?: string[][];
  /** A sort expression such as `-created_at`. */
  default_sort?: string;
  note?: string;
  /** The data source that holds the items; absent: the built-in database. */
  source?: string;
  /** The columns of a table that Plinth did not create; absent: `DEFAULT_COLUMNS`. */
  columns?: SystemColumns;
  /** Plinth makes and keeps the items, and the definition but for the fields that a workspace adds. */
  system?: SystemCollection;
}

/**
 * `users`: an item for each account. `files` and `file_contents`: stored files and their bytes, once there is a bucket. The others:
 * organizations of users, where the workspace has them.
 */
export const SYSTEM_COLLECTIONS = [
  "users",
  "files",
  "file_contents",
  "organizations",
  "organization_members",
  "organization_teams",
  "organization_team_members",
] as const;
export type SystemCollection = (typeof SYSTEM_COLLECTIONS)[number];

/** A column that was added when there may have been items. */
export interface AddedColumn {
  /** The collection's first version with it. */
  readonly version: number;
  /** The value that those items got. */
  readonly value: Json;
}

/** A collection in the engine's form: definition, workspace, table and version, with fields by name. */
export interface Collection extends CollectionDefinition {
  readonly id: string;
  readonly workspaceId: string;
  /** Increases with every change of the definition; part of every plan's key. */
  readonly version: number;
  /** The physical table. */
  readonly table: string;
  readonly columns: SystemColumns;
  /** Declared and system fields by name, in wire order. */
  readonly byName: ReadonlyMap<string, Field>;
  /** The same without fields that have no column. */
  readonly stored: ReadonlyMap<string, Field>;
  readonly createdAt: string;
  /** By field: values logged by earlier versions belong to another column. */
  readonly added?: Readonly<Record<string, AddedColumn>>;
}

/** The column of a document collection that holds the whole object. */
export const DOCUMENT_COLUMN = "doc";

/** Converts a definition into the engine's form. */
export function toCollection(
  definition: CollectionDefinition,
  identity: Pick<Collection, "id" | "workspaceId" | "version" | "table" | "createdAt" | "added">,
): Collection {
  const { columns = DEFAULT_COLUMNS } = definition;
  const [id, ...rest] = systemFields(columns);
  const byName = new Map<string, Field>([["id", id!]]);
  const limits = indexedTexts(definition);
  for (const field of definition.fields) {
    const index_bytes = limits.get(field.name);
    byName.set(field.name, index_bytes === undefined ? field : { ...field, index_bytes });
  }
  for (const field of rest) byName.set(field.name, field);
  const stored = new Map([...byName].filter(([, field]) => !isVirtual(field)));
  return { ...definition, ...identity, columns, byName, stored };
}
