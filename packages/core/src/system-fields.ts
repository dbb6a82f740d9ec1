import type { Field } from "./fields/field.ts";
import { integerField, textField, timestampField, uuidField } from "./fields/index.ts";

/** Fields that every item has. Their names are the same in rows, filters, sort and errors of every collection. */
export const SYSTEM_FIELDS = {
  id: uuidField("id", { required: true, unique: true }),
  created_at: timestampField("created_at", { required: true }),
  updated_at: timestampField("updated_at", { required: true }),
  owner_id: textField("owner_id", { indexed: true }),
  version: integerField("version", { required: true }),
} as const satisfies Record<string, Field>;

export type SystemFieldName = keyof typeof SYSTEM_FIELDS;

/** The name is reserved in every collection, whether or not its table has a column for it. */
export function isSystemField(name: string): name is SystemFieldName {
  return Object.hasOwn(SYSTEM_FIELDS, name);
}

/**
 * The physical columns of these fields. If a table lacks one, so do its items: without `version` there are no entity
 * tags, without `owner` no rule can name one, without `created_at` the default order is by id.
 */
export interface SystemColumns {
  readonly id: string;
  readonly created_at?: string;
  readonly updated_at?: string;
  readonly owner?: string;
  readonly version?: string;
}

/** Those of every table that Plinth creates. */
export const DEFAULT_COLUMNS: SystemColumns = {
  id: "id",
  created_at: "created_at",
  updated_at: "updated_at",
  owner: "owner_id",
  version: "version",
};

const KEYS: Readonly<Record<SystemFieldName, keyof SystemColumns>> = {
  id: "id",
  created_at: "created_at",
  updated_at: "updated_at",
  owner_id: "owner",
  version: "version",
};

/** The fields of a table with these columns, the id first. */
export function systemFields(columns: SystemColumns): Field[] {
  return Object.values(SYSTEM_FIELDS).flatMap((field): Field[] => {
    if (columns === DEFAULT_COLUMNS) return [field];
    const column = columns[KEYS[field.name as SystemFieldName]];
    return column === undefined ? [] : [mapped(field, column)];
  });
}

/** A table that Plinth did not create guarantees no index, and only the columns that Plinth needs are never null. */
function mapped({ indexed: _, required, ...field }: Field, column: string): Field {
  const needed = required && (field.name === "id" || field.name === "version");
  return { ...field, ...(needed && { required }), ...(column !== field.name && { column }) };
}
