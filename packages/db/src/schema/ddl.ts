import {
  type Collection,
  constantDefault,
  DOCUMENT_COLUMN,
  DOCUMENT_FIELD,
  type Field,
  fieldType,
  isReference,
  isVirtual,
  type Json,
  type OnDelete,
  type PathStep,
  type SqlQuery,
  type TargetOf,
} from "@plinth/core";
import { createTriggers } from "../changelog/triggers.ts";
import { columnsOf, idColumn, quoted } from "../compile/columns.ts";
import { quote, type SqlDialect } from "../compile/dialect.ts";
import { isNeverNull } from "../compile/order.ts";
import { nameHash } from "./name-hash.ts";
import { createTargetTriggers, deletingFields } from "./target-triggers.ts";

/** Statements that create and change collections' tables; each list goes into one batch. */

// `no action` checks when the statement is done. `restrict` checks while it deletes, and its progress by then differs:
// items deleted together, or by a cascade, would block each other on one engine and not on another.
const ON_DELETE: Record<OnDelete, string> = { restrict: "no action", cascade: "cascade", set_null: "set null" };

export function createTable(dialect: SqlDialect, collection: Collection, targetOf: TargetOf): SqlQuery[] {
  const columns = columnsOf(collection).map((field) => columnDefinition(dialect, field, targetOf, true));
  return [
    statement(`create table ${quote(collection.table)} (${columns.join(", ")})`),
    ...createIndexes(dialect, collection),
    ...createTargetTriggers(dialect, collection, deletingFields(collection), targetOf),
    ...createTriggers(dialect, collection),
  ];
}

export function dropTable(collection: Collection): SqlQuery[] {
  return [statement(`drop table ${quote(collection.table)}`)];
}

/**
 * A column for a table that may hold rows. Neither engine adds a required column without a default to existing rows, so
 * such a field's column is nullable and Plinth enforces the constraint.
 */
export function addColumn(dialect: SqlDialect, collection: Collection, field: Field, targetOf: TargetOf): SqlQuery[] {
  const value = fillOf(field);
  const definition = columnDefinition(dialect, field, targetOf, value !== null);
  const fill = value === null ? "" : ` default ${defaultLiteral(dialect, field, value)}`;
  return [statement(`alter table ${quote(collection.table)} add column ${definition}${fill}`)];
}

/** The value of a new column in existing rows: a constant default. */
export function fillOf(field: Field): Json {
  return constantDefault(field) ?? null;
}

export function dropColumn(collection: Collection, field: Field): SqlQuery[] {
  return [statement(`alter table ${quote(collection.table)} drop column ${quoted(field)}`)];
}

function columnDefinition(dialect: SqlDialect, field: Field, targetOf: TargetOf, strict: boolean): string {
  let sql = `${quoted(field)} ${dialect.columnType(field)}`;
  if (field.name === "id") return `${sql} not null primary key`;
  if (strict && (field.required || field === DOCUMENT_FIELD)) sql += " not null";
  if (isReference(field)) {
    const on_delete = field.on_delete ?? "restrict";
    const target = targetOf(field.to!);
    sql += ` references ${quote(target.table)} (${idColumn(target)}) on delete ${ON_DELETE[on_delete]}`;
    if (on_delete === "restrict") sql += dialect.deferrable;
  }
  return sql;
}

function defaultLiteral(dialect: SqlDialect, field: Field, value: Json): string {
  return dialect.literal(field, dialect.encoder(field)(value));
}

export interface IndexDefinition {
  name: string;
  unique: boolean;
  sql: string;
}

/** Every index of the collection's definition. Names are a function of what is indexed, so they never clash. */
export function indexesOf(dialect: SqlDialect, collection: Collection): IndexDefinition[] {
  const table = quote(collection.table);
  const makeOn = (unique: boolean, key: string, on: string): IndexDefinition => {
    const name = `${unique ? "ux" : "ix"}_${nameHash(`${collection.id}:${key}`)}`;
    return { name, unique, sql: `create ${unique ? "unique " : ""}index ${quote(name)} on ${table} ${on}` };
  };
  const make = (unique: boolean, key: string, columns: readonly string[]): IndexDefinition =>
    makeOn(unique, key, `(${columns.join(", ")})`);
  const makeMembers = (key: string, column: string, path: readonly PathStep[]): void => {
    const all = dialect.membersIndexes?.(column, path) ?? [];
    indexes.push(...all.map((on, i) => makeOn(false, `${key}:members:${i}`, on)));
  };
  const column = (name: string): string => quoted(collection.byName.get(name)!);
  // As a sort has it: another order of nulls would not serve it.
  const plain = (name: string): string => {
    const field = collection.byName.get(name)!;
    return `${quoted(field)} ${dialect.order("asc", !isNeverNull(field))}`;
  };
  // Lists are ordered by a field and then the id, so an index that ends with the id serves them without sorting.
  const lists = [
    ["created_at", "id"],
    ["owner_id", "created_at", "id"],
  ].filter((names) => names.every((name) => collection.byName.has(name)));
  const indexes = lists.map((names) => make(false, names.join(","), names.map(plain)));
  for (const field of collection.fields.filter((f) => !isVirtual(f))) {
    if (field.indexed_ignore_case)
      indexes.push(make(false, `${field.name}:ignore_case`, [`(${dialect.caseKey(quoted(field))})`]));
    if (field.indexed_ignore_accents)
      indexes.push(make(false, `${field.name}:ignore_accents`, [`(${dialect.accentKey(quoted(field))})`]));
    if (field.unique) indexes.push(make(true, field.name, [quoted(field)]));
    else if (field.indexed && fieldType(field).indexesMembers) makeMembers(field.name, quoted(field), []);
    else if (field.indexed || isReference(field))
      indexes.push(make(false, `${field.name},id`, [plain(field.name), plain("id")]));
  }
  for (const set of collection.unique_together ?? []) indexes.push(make(true, set.join(","), set.map(column)));
  for (const set of collection.indexes ?? []) {
    const columns = set.includes("id") ? set : [...set, "id"];
    indexes.push(make(false, `[${set.join(",")}]`, columns.map(plain)));
  }
  for (const path of collection.indexed_paths ?? []) {
    dialect.jsonIndex(quote(DOCUMENT_COLUMN), path.split(".")).forEach((expression, i) => {
      indexes.push(make(false, `path:${path}:${i}`, [`(${expression})`]));
    });
    makeMembers(`path:${path}`, quote(DOCUMENT_COLUMN), path.split("."));
  }
  return indexes;
}

function createIndexes(dialect: SqlDialect, collection: Collection): SqlQuery[] {
  return indexesOf(dialect, collection).map((index) => statement(index.sql));
}

/** From one definition's indexes to another's. */
export function changeIndexes(
  dialect: SqlDialect,
  from: Collection,
  to: Collection,
): { drop: SqlQuery[]; create: SqlQuery[] } {
  const before = indexesOf(dialect, from);
  const after = indexesOf(dialect, to);
  const missing = (list: IndexDefinition[], name: string): boolean => !list.some((index) => index.name === name);
  return {
    // An earlier version made fewer kinds of indexes for the same definition.
    drop: before.filter((i) => missing(after, i.name)).map((i) => statement(`drop index if exists ${quote(i.name)}`)),
    create: after.filter((i) => missing(before, i.name)).map((i) => statement(i.sql)),
  };
}

function statement(sql: string): SqlQuery {
  return { sql, params: [] };
}
