import { type Collection, type Field, SYSTEM_FIELDS, type Transition } from "@plinth/core";
import { guardText } from "./changes.ts";
import { idColumn } from "./columns.ts";
import { compileCondition, type Statement, type TableScope } from "./condition.ts";
import { quote } from "./dialect.ts";

/** A column that a write sets, and SQL for its new value. */
export interface Assignment {
  readonly field: Field;
  readonly sql: string;
}

/**
 * Whether a row may change this way. The new values are those of the statement itself, so the old and the new row are
 * checked at once, with no gap between them.
 */
export function compileTransitions(
  statement: Statement,
  scope: TableScope,
  collection: Collection,
  transitions: readonly Transition[],
  assignments: readonly Assignment[],
): string {
  const { version } = collection.columns;
  const assigned = new Map(version ? [["version", `(${scope.alias}.${quote(version)} + 1)`]] : []);
  for (const { field, sql } of assignments) assigned.set(field.name, statement.dialect.assigned(field, sql));
  const allowed = transitions.map(({ before, after }) => {
    const was = compileCondition(statement, scope, before);
    return `(${was} and ${compileCondition(statement, { ...scope, assigned }, after)})`;
  });
  return `(${allowed.join(" or ")})`;
}

/**
 * A column that every update can set: the version, which increases. A table without one sets its id to itself, which
 * changes nothing and can fail just as well.
 */
export function countedColumn(statement: Statement, scope: TableScope, collection: Collection) {
  const { dialect } = statement;
  const { version } = collection.columns;
  const column = version ? quote(version) : idColumn(collection);
  const text = (label: string): string => statement.value(guardText(label));
  return {
    column,
    next: `${scope.alias}.${column}${version ? " + 1" : ""}`,
    fail: (label: string) => (version ? dialect.fail(text(label)) : dialect.failAs(SYSTEM_FIELDS.id, text(label))),
  };
}
