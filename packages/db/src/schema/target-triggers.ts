import { type Collection, type Field, isReference, type SqlQuery, type TargetOf } from "@plinth/core";
import { quote, type SqlDialect } from "../compile/dialect.ts";
import { nameHash } from "./name-hash.ts";

/**
 * Triggers that delete what an item refers to together with it: whichever way the item is deleted, a cascade included, and in the same
 * transaction, so that an undo of the request brings both back.
 */

export const deletingFields = ({ fields }: Collection): Field[] =>
  fields.filter((field) => field.delete_with_item && isReference(field));

export function createTargetTriggers(
  dialect: SqlDialect,
  collection: Collection,
  fields: readonly Field[],
  targetOf: TargetOf,
): SqlQuery[] {
  return fields.flatMap((field) =>
    dialect.triggers.deleteTarget(collection, field, targetOf(field.to!), nameOf(collection, field)).map(statement),
  );
}

/** Must run before changes of columns, which SQLite refuses while a trigger names them. */
export function dropTargetTriggers(dialect: SqlDialect, collection: Collection, fields: readonly Field[]): SqlQuery[] {
  return fields.map((field) => statement(dialect.triggers.dropOne(collection, nameOf(collection, field))));
}

function nameOf({ id }: Collection, { name }: Field): string {
  return quote(`plinth_target_${nameHash(`${id}:${name}`)}`);
}

function statement(sql: string): SqlQuery {
  return { sql, params: [] };
}
