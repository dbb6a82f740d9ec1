import { isVirtual } from "./fields/index.ts";
import { indexedTexts } from "./fields/index-limit.ts";
import type { FieldType } from "./fields/table.ts";
import { DEFAULT_COLUMNS, type SystemColumns, systemFields } from "./system-fields.ts";

/** The definition of a collection: its fields, keys and constraints, as they are stored and served. */

export type OnDelete = "restrict" | "cascade" | "set_null";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export interface Field {
  name: string;
  type: FieldType;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  /** An index for `_ieq`. */
  indexed_ignore_case?: boolean;
  /** A constant, or `"$now"` for timestamps and dates, or `"$uuid"` for uuids. */
  default?: Json;
  /** Bounds of `integer`, `number`, `decimal` (inclusive), or of `timestamp`/`date` as text. */
  min?: number | string;
  max?: number | string;
  /** Characters (Unicode code points) of texts. */
  min_length?: number;
  max_length?: number;
  /** A regular expression (ECMAScript, `v` flag off, `u` flag on) that text must match somewhere. */
  pattern?: string;
  /** The choices of an `enum`. */
  values?: string[];
  /** The collection that a `relation` or `relation_many` points to. */
  to?: string;
  /**
   * `relation_many`: the relation field that refers back here, in `to`, or in `through` where there is a junction. Such
   * a field has no column.
   */
  via?: string;
  /** `relation_many` over a junction: the collection whose items link the two sides … */
  through?: string;
  /** … and its relation field that points to `to`. */
  target?: string;
  on_delete?: OnDelete;
  /** `relation`: what a caller needs to refer to an item. `read`, the default: read access to it. */
  target_access?: "read" | "none";
  /** Digits in total (≤ 18) and after the point of a `decimal`. Default 18 and 2. */
  precision?: number;
  scale?: number;
  note?: string;
  /** The physical column, if its name differs from the field's. Never part of a request. */
  column?: string;
  /** The limit of an indexed text in bytes. Never part of a definition. */
  index_bytes?: number;
}

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
  /** Plinth makes and keeps the items; never part of a request. */
  system?: SystemCollection;
}

/** `users`: an item for each account. The others: organizations of users, where the workspace has them. */
export const SYSTEM_COLLECTIONS = [
  "users",
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
