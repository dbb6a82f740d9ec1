import { DOCUMENT_COLUMN, DOCUMENT_FIELD, type Field, FULL_ACCESS, type SqlCapabilities } from "@plinth/core";
import { guardText } from "./changes.ts";
import { columnsOf, documentOf } from "./columns.ts";
import { compileCondition, type Scope, Statement } from "./condition.ts";
import { quote, type SqlDialect } from "./dialect.ts";
import type { CompiledMutation, InsertTree } from "./mutate.ts";
import { returningOf } from "./returning.ts";

// What a rule's condition binds beside the rows' values.
const SPARE_PARAMETERS = 20;

/** Inserts that fall back on an update, or on nothing, where the fields of `onConflict` are taken. */
export function compileUpsert(
  dialect: SqlDialect,
  capabilities: SqlCapabilities,
  tree: InsertTree,
): CompiledMutation[] {
  const columns = columnsOf(tree.collection);
  const most = Math.max(1, Math.floor((capabilities.maxParameters - SPARE_PARAMETERS) / columns.length));
  const statements: CompiledMutation[] = [];
  for (let from = 0; from < tree.rows.length; from += most) {
    statements.push(compileRows(dialect, columns, { ...tree, rows: tree.rows.slice(from, from + most) }));
  }
  return statements;
}

function compileRows(dialect: SqlDialect, columns: readonly Field[], tree: InsertTree): CompiledMutation {
  const { collection, rows } = tree;
  const statement = new Statement(dialect);
  const scope: Scope = { alias: statement.alias(), access: FULL_ACCESS };
  const values = rows.map((row) => {
    const cells = columns.map((field) => {
      const value = field === DOCUMENT_FIELD ? documentOf(collection, row) : row[field.name];
      return dialect.typed(field, statement.value(dialect.encode(field, value)));
    });
    return `(${cells.join(", ")})`;
  });
  const names = columns.map((field) => quote(field.name)).join(", ");
  const returned = returningOf(dialect, collection);
  const sql = `insert into ${quote(collection.table)} as ${scope.alias} (${names}) values ${values.join(", ")} ${compileConflict(statement, scope, tree)}${returned.sql}`;
  return { sql, binders: statement.binders, decode: returned.decode };
}

function compileConflict(statement: Statement, scope: Scope, { collection, onConflict }: InsertTree): string {
  const { dialect } = statement;
  const { fields, update, where, label } = onConflict!;
  const target = `on conflict (${fields.map(quote).join(", ")}) do`;
  if (!update) return `${target} nothing`;
  const assignments = update
    .filter((name) => collection.stored.has(name))
    .map((name) => `${quote(name)} = excluded.${quote(name)}`);
  if (update.some((name) => !collection.byName.has(name))) {
    const column = quote(DOCUMENT_COLUMN);
    assignments.push(`${column} = ${dialect.mergePatch(`${scope.alias}.${column}`, `excluded.${column}`)}`);
  }
  const allowed = compileCondition(statement, scope, where);
  const next = `${scope.alias}."version" + 1`;
  const guarded = (): string =>
    `case when ${allowed} then ${next} else ${dialect.fail(statement.value(guardText(label)))} end`;
  assignments.push(`"version" = ${allowed === "1 = 1" ? next : guarded()}`);
  return `${target} update set ${assignments.join(", ")}`;
}
