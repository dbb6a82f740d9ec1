import { DOCUMENT_COLUMN, DOCUMENT_FIELD, type Field, FULL_ACCESS, type Row, type SqlCapabilities } from "@plinth/core";
import { columnsOf, documentOf, idColumn, isDocumentKey, quoted } from "./columns.ts";
import { compileCondition, Statement, type TableScope } from "./condition.ts";
import { quote, type SqlDialect } from "./dialect.ts";
import type { CompiledMutation, InsertTree } from "./mutate.ts";
import { returningOf } from "./returning.ts";
import { type Assignment, compileTransitions, countedColumn } from "./transitions.ts";

// Room for what a rule's condition binds beside the rows' values.
const SPARE_PARAMETERS = 20;

/** Inserts that turn into an update, or nothing, where the fields of `on_conflict` already exist. */
export function compileUpsert(
  dialect: SqlDialect,
  capabilities: SqlCapabilities,
  tree: InsertTree,
): CompiledMutation[] {
  const columns = columnsOf(tree.collection);
  const perRow = columns.length + (hasOwnPatches(tree) ? 1 : 0);
  const most = Math.max(1, Math.floor((capabilities.maxParameters - SPARE_PARAMETERS) / perRow));
  const statements: CompiledMutation[] = [];
  for (let from = 0; from < tree.rows.length; from += most) {
    statements.push(compileRows(dialect, columns, { ...tree, rows: tree.rows.slice(from, from + most) }));
  }
  return statements;
}

function compileRows(dialect: SqlDialect, columns: readonly Field[], tree: InsertTree): CompiledMutation {
  const { collection, rows } = tree;
  const statement = new Statement(dialect);
  const scope: TableScope = { alias: statement.alias(), policy: FULL_ACCESS };
  const ids: string[] = [];
  const values = rows.map((row) => {
    const cells = columns.map((field) => {
      const value = field === DOCUMENT_FIELD ? documentOf(collection, row) : row[field.name];
      return isLacking(field, tree, row) ? "" : dialect.typed(field, statement.value(dialect.encoder(field)(value)));
    });
    columns.forEach((field, i) => {
      if (cells[i] === "")
        cells[i] = stored(field, tree, (name) => cells[columns.findIndex((one) => one.name === name)]!);
    });
    ids.push(cells[columns.findIndex(({ name }) => name === "id")]!);
    return `(${cells.join(", ")})`;
  });
  const names = columns.map(quoted).join(", ");
  const returned = returningOf(dialect, collection);
  const sql = `insert into ${quote(collection.table)} as ${scope.alias} (${names}) values ${values.join(", ")} ${compileConflict(statement, scope, tree, ids)}${returned.sql}`;
  return { sql, binders: statement.binders, decode: returned.decode };
}

/** A required value that the update of an existing item does not need. */
function isLacking({ name, required }: Field, { on_conflict }: InsertTree, row: Row): boolean {
  return required === true && on_conflict?.update !== undefined && (row[name] ?? null) === null;
}

/**
 * The value of the existing item: engines check `not null` before they find the conflict. It is not written. Null where
 * there is no such item, and then the engine refuses the row.
 */
function stored(field: Field, { collection, on_conflict }: InsertTree, cellOf: (name: string) => string): string {
  const same = on_conflict!.fields.map((name) => `e.${quoted(collection.byName.get(name)!)} = ${cellOf(name)}`);
  return `(select e.${quoted(field)} from ${quote(collection.table)} e where ${same.join(" and ")})`;
}

/** `ids` is the SQL of the rows' ids. */
function compileConflict(statement: Statement, scope: TableScope, tree: InsertTree, ids: readonly string[]): string {
  const { dialect } = statement;
  const { collection, on_conflict } = tree;
  const { fields, update, where, transitions, label } = on_conflict!;
  const columns = fields.map((name) => quoted(collection.byName.get(name)!));
  const target = `on conflict (${columns.join(", ")}) do`;
  if (!update) return `${target} nothing`;
  const assignments = update
    .filter((name) => collection.stored.has(name))
    .map((name) => collection.byName.get(name)!)
    .map((field): Assignment => ({ field, sql: `excluded.${quoted(field)}` }));
  if (collection.kind === "document" && update.some((name) => isDocumentKey(collection, name))) {
    const column = quote(DOCUMENT_COLUMN);
    const patch = hasOwnPatches(tree) ? ownPatches(statement, tree, ids) : `excluded.${column}`;
    assignments.push({ field: DOCUMENT_FIELD, sql: dialect.mergePatch(`${scope.alias}.${column}`, patch) });
  }
  const conditions = [compileCondition(statement, scope, where)];
  if (transitions) conditions.push(compileTransitions(statement, scope, collection, transitions, assignments));
  const allowed = conditions.join(" and ");
  const { column: counted, next, fail } = countedColumn(statement, scope, collection);
  const set = assignments.map(({ field, sql }) => `${quoted(field)} = ${sql}`);
  set.push(`${counted} = ${allowed === "1 = 1" ? next : `case when ${allowed} then ${next} else ${fail(label)} end`}`);
  return `${target} update set ${set.join(", ")}`;
}

/** A new document may hold more than an update takes over: presets apply to new items. */
function hasOwnPatches({ collection, rows, on_conflict }: InsertTree): boolean {
  const update = on_conflict?.update;
  if (collection.kind !== "document" || !update?.some((name) => isDocumentKey(collection, name))) return false;
  return rows.some((row) => Object.keys(documentOf(collection, row)).some((key) => !update.includes(key)));
}

/** The patch that each row merges into the existing document, found by the id that the row would have had. */
function ownPatches(
  statement: Statement,
  { collection, rows, on_conflict }: InsertTree,
  ids: readonly string[],
): string {
  const patches = rows.map((row) => {
    const entries = Object.entries(documentOf(collection, row)).filter(([key]) => on_conflict!.update!.includes(key));
    return statement.value(JSON.stringify(Object.fromEntries(entries)));
  });
  const [only, ...more] = patches;
  if (more.length === 0) return only!;
  return `(case excluded.${idColumn(collection)} ${patches.map((patch, i) => `when ${ids[i]} then ${patch}`).join(" ")} end)`;
}
