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
 * Whether a row may change as it does. The new values are those of the statement itself, so what was and what will be
 * are judged at once, and there is no moment between the two.
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
  const ways = transitions.map(({ before, after }) => {
    const was = compileCondition(statement, scope, before);
    return `(${was} and ${compileCondition(statement, { ...scope, assigned }, after)})`;
  });
  return `(${ways.join(" or ")})`;
}

/**
 * The column that every update can set: the version, which counts on. A table without one has its id set to itself, which
 * changes nothing and is as good a place to fail in.
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
