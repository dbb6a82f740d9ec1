import type { SqlCapabilities } from "@plinth/core";
import { type Collection, DOCUMENT_COLUMN, DOCUMENT_FIELD, type Field, FULL_ACCESS, type Mutation } from "@plinth/core";
import { documentOf, idColumn, isDocumentKey, quoted } from "./columns.ts";
import { compileCondition, Statement, type TableScope } from "./condition.ts";
import { quote, type SqlDialect } from "./dialect.ts";
import type { CompiledMutation } from "./mutate.ts";
import { type Assignment, compileTransitions, countedColumn } from "./transitions.ts";

type EachTree = Extract<Mutation, { kind: "update_each" }>;

// Beyond this, longer statements cost more to parse than they save.
const MAX_ROWS = 50;

/**
 * Updates in which each item takes its own values: an update of the table from a list of rows, split so that no statement
 * binds more than the engine allows. The text is the same for equal row counts.
 */
export function compileUpdateEach(
  dialect: SqlDialect,
  { maxParameters }: Pick<SqlCapabilities, "maxParameters">,
  tree: EachTree,
): CompiledMutation[] {
  const columns = columnsOf(tree);
  const shared = startOf(dialect, tree, columns).statement.binders.length;
  const most = Math.floor((maxParameters - shared) / columns.length);
  const perStatement = Math.max(1, Math.min(MAX_ROWS, most));
  const statements: CompiledMutation[] = [];
  for (let from = 0; from < tree.rows.length; from += perStatement) {
    const { statement, set, where, table } = startOf(dialect, tree, columns);
    const rows = tree.rows.slice(from, from + perStatement).map((row) => {
      const cells = columns.map(({ field, valueIn }) =>
        dialect.typed(field, statement.value(dialect.encoder(field)(valueIn(row)))),
      );
      return `(${cells.join(", ")})`;
    });
    const sql = `update ${table} set ${set} from (values ${rows.join(", ")}) as ${ROWS} where ${where}`;
    statements.push({ sql, binders: statement.binders });
  }
  return statements;
}

/** The list of rows in a statement. Both engines call its columns `column1`, `column2` … */
const ROWS = "own";

/** A column of the list of rows. */
interface ListColumn {
  readonly field: Field;
  valueIn(row: EachTree["rows"][number]): unknown;
}

/** The id, the version where the collection has one, and then the values. */
function columnsOf({ collection, fields }: EachTree): ListColumn[] {
  const { byName } = collection;
  const columns: ListColumn[] = [{ field: byName.get("id")!, valueIn: ({ id }) => id }];
  if (collection.columns.version)
    columns.push({ field: byName.get("version")!, valueIn: ({ version }) => version ?? null });
  for (const name of fields.filter((one) => collection.stored.has(one)))
    columns.push({ field: byName.get(name)!, valueIn: ({ values }) => values[name] });
  if (holdsKeys(collection, fields))
    columns.push({ field: DOCUMENT_FIELD, valueIn: ({ values }) => documentOf(collection, values) });
  return columns;
}

function holdsKeys(collection: Collection, fields: readonly string[]): boolean {
  return collection.kind === "document" && fields.some((name) => isDocumentKey(collection, name));
}

/** Everything but the rows, whose values are bound after these. */
function startOf(dialect: SqlDialect, tree: EachTree, columns: readonly ListColumn[]) {
  const { collection, transitions, label } = tree;
  const statement = new Statement(dialect);
  const scope: TableScope = { alias: statement.alias(), policy: FULL_ACCESS };
  const own = (name: string): string => `${ROWS}.column${columns.findIndex(({ field }) => field.name === name) + 1}`;
  const assignments = assign(statement, scope, tree, own);
  const { column, next, fail } = countedColumn(statement, scope, collection);
  const { version } = collection.columns;
  const current = `${scope.alias}.${column}`;
  const sameVersion = version && `(${own("version")} is null or ${current} = ${own("version")})`;
  const counted = sameVersion ? `case when ${sameVersion} then ${next} else ${fail(label)} end` : next;
  const allowed = transitions && compileTransitions(statement, scope, collection, transitions.of, assignments);
  const value = allowed ? `case when ${allowed} then ${counted} else ${fail(transitions.label)} end` : counted;
  const set = assignments.map(({ field, sql }) => `${quoted(field)} = ${sql}`);
  set.push(`${column} = ${value}`);
  const where = `${scope.alias}.${idColumn(collection)} = ${own("id")} and ${compileCondition(statement, scope, tree.where)}`;
  return { statement, set: set.join(", "), where, table: `${quote(collection.table)} as ${scope.alias}` };
}

function assign(
  statement: Statement,
  scope: TableScope,
  { collection, fields, set }: EachTree,
  own: (name: string) => string,
): Assignment[] {
  const { dialect } = statement;
  const assignments = fields
    .filter((name) => collection.stored.has(name))
    .map((name): Assignment => ({ field: collection.byName.get(name)!, sql: own(name) }));
  for (const name of Object.keys(set).filter((one) => collection.stored.has(one))) {
    const field = collection.byName.get(name)!;
    assignments.push({ field, sql: dialect.typed(field, statement.value(dialect.encoder(field)(set[name]))) });
  }
  if (holdsKeys(collection, fields)) {
    const document = `${scope.alias}.${quote(DOCUMENT_COLUMN)}`;
    assignments.push({ field: DOCUMENT_FIELD, sql: dialect.mergePatch(document, own(DOCUMENT_FIELD.name)) });
  }
  return assignments;
}
