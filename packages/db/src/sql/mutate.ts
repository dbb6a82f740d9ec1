import {
  type Access,
  type Collection,
  DOCUMENT_COLUMN,
  type Field,
  FULL_ACCESS,
  type Mutation,
  type Row,
  type SqlCapabilities,
  type SqlValue,
} from "@plinth/core";
import { type Binder, compileCondition, type Scope, Statement } from "./condition.ts";
import { quote, type SqlDialect } from "./dialect.ts";

export interface CompiledMutation {
  readonly sql: string;
  readonly binders: readonly Binder[];
}

const DOCUMENT_FIELD: Field = { name: DOCUMENT_COLUMN, type: "json" };

/** The physical columns of a collection's table, in order. */
export function columnsOf(collection: Collection): Field[] {
  const fields = [...collection.stored.values()];
  return collection.kind === "document" ? [fields[0]!, DOCUMENT_FIELD, ...fields.slice(1)] : fields;
}

/** Inserts, split so that no statement binds more than the engine takes. Text is the same for equal row counts. */
export function compileInsert(
  dialect: SqlDialect,
  capabilities: SqlCapabilities,
  tree: Extract<Mutation, { kind: "insert" }>,
): { sql: string; params: SqlValue[]; rows: number }[] {
  const insert = insertOf(dialect, tree.collection);
  const perStatement = Math.max(1, Math.min(MAX_ROWS, Math.floor(capabilities.maxParameters / insert.columns.length)));
  const statements: { sql: string; params: SqlValue[]; rows: number }[] = [];
  for (let from = 0; from < tree.rows.length; from += perStatement) {
    const rows = tree.rows.slice(from, from + perStatement);
    const params: SqlValue[] = [];
    for (const row of rows) pushRow(dialect, insert.columns, tree.collection, row, params);
    statements.push({ sql: insert.sql(rows.length), params, rows: rows.length });
  }
  return statements;
}

// Beyond this, longer statements cost more to parse than they save.
const MAX_ROWS = 50;

interface Insert {
  columns: Field[];
  sql(rows: number): string;
}

const inserts = { sqlite: new WeakMap<Collection, Insert>(), postgres: new WeakMap<Collection, Insert>() };

function insertOf(dialect: SqlDialect, collection: Collection): Insert {
  const known = inserts[dialect.name];
  let insert = known.get(collection);
  if (!insert) {
    const columns = columnsOf(collection);
    const texts: string[] = [];
    const head = `insert into ${quote(collection.table)} (${columns.map((c) => quote(c.name)).join(", ")}) values `;
    const sql = (rows: number): string => {
      texts[rows] ??= head + Array.from({ length: rows }, (_, r) => rowOf(dialect, columns, r)).join(", ");
      return texts[rows];
    };
    insert = { columns, sql };
    known.set(collection, insert);
  }
  return insert;
}

function rowOf(dialect: SqlDialect, columns: readonly Field[], row: number): string {
  const first = row * columns.length + 1;
  return `(${columns.map((field, i) => dialect.typed(field, dialect.placeholder(first + i))).join(", ")})`;
}

function pushRow(
  dialect: SqlDialect,
  columns: readonly Field[],
  collection: Collection,
  row: Row,
  into: SqlValue[],
): void {
  for (const field of columns) {
    const value = field === DOCUMENT_FIELD ? documentOf(collection, row) : row[field.name];
    into.push(dialect.encode(field, value));
  }
}

/** What of a row lives in the document column. */
export function documentOf(collection: Collection, row: Row): Row {
  const document: Row = {};
  for (const key of Object.keys(row)) if (!collection.byName.has(key)) document[key] = row[key]!;
  return document;
}

export function compileWrite(
  dialect: SqlDialect,
  tree: Extract<Mutation, { kind: "update" | "delete" | "guard" }>,
): CompiledMutation {
  const statement = new Statement(dialect);
  const access: Access = FULL_ACCESS;
  const scope: Scope = { alias: statement.alias(), access };
  const table = `${quote(tree.collection.table)} as ${scope.alias}`;
  if (tree.kind === "delete") {
    const where = compileCondition(statement, scope, tree.where);
    return { sql: `delete from ${table} where ${where}`, binders: statement.binders };
  }
  if (tree.kind === "guard") {
    const where = compileCondition(statement, scope, tree.where);
    const label = statement.value(`plinth_guard:${tree.label}`);
    return { sql: dialect.guard(`exists (select 1 from ${table} where ${where})`, label), binders: statement.binders };
  }
  const assignments = assign(statement, tree);
  assignments.push(`"version" = ${scope.alias}."version" + 1`);
  const where = compileCondition(statement, scope, tree.where);
  return { sql: `update ${table} set ${assignments.join(", ")} where ${where}`, binders: statement.binders };
}

function assign(statement: Statement, tree: Extract<Mutation, { kind: "update" }>): string[] {
  const { dialect } = statement;
  const { collection, set } = tree;
  const names = Object.keys(set).filter((name) => collection.stored.has(name));
  const assignments = names.map((name) => {
    const field = collection.byName.get(name)!;
    return `${quote(name)} = ${dialect.typed(field, statement.value(dialect.encode(field, set[name])))}`;
  });
  if (collection.kind !== "document") return assignments;
  const document = documentOf(collection, set);
  if (tree.merge && Object.keys(document).length === 0) return assignments;
  const param = statement.value(JSON.stringify(document));
  const column = quote(DOCUMENT_COLUMN);
  const value = tree.merge ? dialect.mergePatch(column, param) : dialect.typed(DOCUMENT_FIELD, param);
  assignments.push(`${column} = ${value}`);
  return assignments;
}
