import type { Field, Transition } from "@plinth/core";
import { compileCondition, type Scope, type Statement } from "./condition.ts";
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
  scope: Scope,
  transitions: readonly Transition[],
  assignments: readonly Assignment[],
): string {
  const assigned = new Map([["version", `(${scope.alias}.${quote("version")} + 1)`]]);
  for (const { field, sql } of assignments) assigned.set(field.name, statement.dialect.assigned(field, sql));
  const ways = transitions.map(({ before, after }) => {
    const was = compileCondition(statement, scope, before);
    return `(${was} and ${compileCondition(statement, { ...scope, assigned }, after)})`;
  });
  return `(${ways.join(" or ")})`;
}
