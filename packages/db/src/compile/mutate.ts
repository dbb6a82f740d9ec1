import {
  type CallerFilter,
  type Collection,
  type Condition,
  DOCUMENT_COLUMN,
  DOCUMENT_FIELD,
  type Field,
  FULL_ACCESS,
  type Mutation,
  type Row,
  type SqlCapabilities,
  type SqlRow,
  type SqlValue,
} from "@plinth/core";
import { changedColumn, changedDocument, guardText } from "./changes.ts";
import { columnsOf, documentOf, quoted } from "./columns.ts";
import { type Binder, compileCondition, Statement, type TableScope } from "./condition.ts";
import { COMPARE_SQL, quote, type SqlDialect } from "./dialect.ts";
import { bindCount } from "./find.ts";
import { kept } from "./kept.ts";
import { type Returning, returningId, returningOf } from "./returning.ts";
import { type Assignment, compileTransitions, countedColumn } from "./transitions.ts";

export interface CompiledMutation {
  readonly sql: string;
  readonly binders: readonly Binder[];
  /** For writes that return rows: from a driver's row to one of the wire. */
  readonly decode?: (row: SqlRow) => Row;
}

export type InsertTree = Extract<Mutation, { kind: "insert" }>;
type UpdateTree = Extract<Mutation, { kind: "update" }>;

/** Inserts, split so that no statement binds more than the engine allows. The text is the same for equal row counts. */
export function compileInsert(
  dialect: SqlDialect,
  capabilities: SqlCapabilities,
  tree: InsertTree,
): { sql: string; params: SqlValue[]; rows: number }[] {
  const insert = insertOf(dialect, tree.collection);
  const perStatement = Math.max(1, Math.min(MAX_ROWS, Math.floor(capabilities.maxParameters / insert.columns.length)));
  const statements: { sql: string; params: SqlValue[]; rows: number }[] = [];
  for (let from = 0; from < tree.rows.length; from += perStatement) {
    const rows = tree.rows.slice(from, from + perStatement);
    const params: SqlValue[] = [];
    for (const row of rows) pushRow(insert, tree.collection, row, params);
    statements.push({ sql: insert.sql(rows.length), params, rows: rows.length });
  }
  return statements;
}

// Beyond this, longer statements cost more to parse than they save.
const MAX_ROWS = 50;

interface InsertStatement {
  columns: Field[];
  /** One for each column. */
  encoders: readonly ((value: unknown) => SqlValue)[];
  sql(rows: number): string;
}

const insertOf = kept((dialect, collection: Collection): InsertStatement => {
  const columns = columnsOf(collection);
  const texts: string[] = [];
  const head = `insert into ${quote(collection.table)} (${columns.map(quoted).join(", ")}) values `;
  const sql = (rows: number): string => {
    texts[rows] ??= head + Array.from({ length: rows }, (_, r) => rowOf(dialect, columns, r)).join(", ");
    return texts[rows];
  };
  return { columns, encoders: columns.map((field) => dialect.encoder(field)), sql };
});

function rowOf(dialect: SqlDialect, columns: readonly Field[], row: number): string {
  const first = row * columns.length + 1;
  return `(${columns.map((field, i) => dialect.typed(field, dialect.placeholder(first + i))).join(", ")})`;
}

function pushRow({ columns, encoders }: InsertStatement, collection: Collection, row: Row, into: SqlValue[]): void {
  for (let i = 0; i < columns.length; i++) {
    const field = columns[i]!;
    const value = field === DOCUMENT_FIELD ? documentOf(collection, row) : row[field.name];
    into.push(encoders[i]!(value));
  }
}

export function compileWrite(
  dialect: SqlDialect,
  tree: Extract<Mutation, { kind: "update" | "delete" | "guard" }>,
): CompiledMutation {
  const statement = new Statement(dialect);
  const scope: TableScope = { alias: statement.alias(), policy: FULL_ACCESS };
  const table = `${quote(tree.collection.table)} as ${scope.alias}`;
  if (tree.kind === "delete") {
    const where = conditionOf(statement, scope, tree);
    return { sql: `delete from ${table} where ${where}`, binders: statement.binders };
  }
  if (tree.kind === "guard") return compileGuard(statement, scope, table, tree);
  const assignments = assign(statement, scope, tree);
  const set = assignments.map(({ field, sql }) => `${quoted(field)} = ${sql}`);
  set.push(...transitionColumn(statement, scope, tree, assignments));
  const where = conditionOf(statement, scope, tree);
  const returned = returningFor(dialect, tree);
  const sql = `update ${table} set ${set.join(", ")} where ${where}${returned?.sql ?? ""}`;
  return { sql, binders: statement.binders, ...(returned && { decode: returned.decode }) };
}

/** The column whose new value fails where the change is not allowed; none where no check is needed. */
function transitionColumn(
  statement: Statement,
  scope: TableScope,
  { collection, transitions }: UpdateTree,
  assignments: readonly Assignment[],
): string[] {
  const { column, next, fail } = countedColumn(statement, scope, collection);
  if (!transitions) return collection.columns.version || assignments.length === 0 ? [`${column} = ${next}`] : [];
  const allowed = compileTransitions(statement, scope, collection, transitions.of, assignments);
  return [`${column} = case when ${allowed} then ${next} else ${fail(transitions.label)} end`];
}

function returningFor(dialect: SqlDialect, { returning, collection }: UpdateTree): Returning | undefined {
  if (!returning) return undefined;
  return returning === "id" ? returningId(collection) : returningOf(dialect, collection);
}

function conditionOf(
  statement: Statement,
  scope: TableScope,
  tree: { where: Condition; callerFilter?: CallerFilter },
): string {
  const where = compileCondition(statement, scope, tree.where);
  if (!tree.callerFilter) return where;
  const { policy } = tree.callerFilter;
  const seen = compileCondition(statement, scope, policy.where);
  return [
    where,
    seen,
    compileCondition(statement, { ...scope, policy, isCallerFilter: true }, tree.callerFilter.where),
  ].join(" and ");
}

function compileGuard(
  statement: Statement,
  scope: TableScope,
  table: string,
  tree: Extract<Mutation, { kind: "guard" }>,
): CompiledMutation {
  const { dialect } = statement;
  const { expect } = tree;
  const where = conditionOf(statement, scope, tree);
  const found = `select 1 from ${table} where ${where}`;
  let holds: string;
  if (expect === undefined) holds = `exists (${found}${dialect.lock})`;
  else if (expect === "none") holds = `not exists (${found})`;
  else {
    const counted = expect.map(({ op, count }) => `n ${COMPARE_SQL[op]} ${bindCount(statement, { value: count })}`);
    // What is aggregated cannot be locked at once.
    const items = tree.locks && dialect.lock ? `(${found}${dialect.lock}) l` : `${table} where ${where}`;
    holds = `(select ${counted.join(" and ")} from (select count(*) as n from ${items}) c)`;
  }
  const label = statement.value(guardText(tree.label));
  return { sql: dialect.guard(holds, label), binders: statement.binders };
}

function assign(statement: Statement, scope: TableScope, tree: UpdateTree): Assignment[] {
  const { dialect } = statement;
  const { collection, set, changes = [] } = tree;
  const names = Object.keys(set).filter((name) => collection.stored.has(name));
  const assignments = names.map((name): Assignment => {
    const field = collection.byName.get(name)!;
    return { field, sql: dialect.typed(field, statement.value(dialect.encoder(field)(set[name]))) };
  });
  if (collection.kind !== "document") {
    for (const change of changes)
      assignments.push({ field: change.field, sql: changedColumn(statement, scope.alias, change) });
    return assignments;
  }
  const document = documentOf(collection, set);
  const untouched = tree.merge && Object.keys(document).length === 0;
  if (untouched && changes.length === 0) return assignments;
  let value = `${scope.alias}.${quote(DOCUMENT_COLUMN)}`;
  if (!untouched) {
    const param = statement.value(JSON.stringify(document));
    value = tree.merge ? dialect.mergePatch(value, param) : dialect.typed(DOCUMENT_FIELD, param);
  }
  assignments.push({ field: DOCUMENT_FIELD, sql: changedDocument(statement, scope.alias, value, changes) });
  return assignments;
}
