import type { RelationRef, Traversal } from "@plinth/core";
import { idColumn, quoted, referencedId } from "./columns.ts";
import { type Binder, compileCondition, Statement, type TableScope } from "./condition.ts";
import { quote, type SqlDialect } from "./dialect.ts";
import { whereOf } from "./find.ts";

/**
 * Counts rows along relations, up to a bound. `cross join` keeps SQLite from joining in the other order, where it would
 * visit many rows before one that counts.
 */
export function compileTraversal(
  dialect: SqlDialect,
  tree: Traversal,
  atMost: number,
): { sql: string; binders: Binder[] } {
  const statement = new Statement(dialect);
  const scope: TableScope = { alias: statement.alias(), policy: tree.policy };
  const from = [`${quote(tree.collection.table)} ${scope.alias}`];
  const where = [
    compileCondition(statement, { ...scope, policy: null }, tree.policy.where),
    compileCondition(statement, scope, tree.where),
  ];
  let at = scope.alias;
  for (const step of tree.steps) at = compileStep(statement, step, at, from, where);
  const rows = `select 1 from ${from.join(" cross join ")}${whereOf(where)} limit ${Math.trunc(atMost)}`;
  return { sql: `select count(*) as "n" from (${rows}) w`, binders: statement.binders };
}

/** Items that rules hide are counted too. */
function compileStep(statement: Statement, step: RelationRef, at: string, from: string[], where: string[]): string {
  const { target, field, via, source, junction } = step;
  let key = referencedId(statement.dialect, field, `${at}.${quoted(field)}`);
  if (junction) {
    const middle = statement.alias();
    from.push(`${quote(junction.collection.table)} ${middle}`);
    where.push(`${middle}.${quoted(via!)} = ${at}.${idColumn(source!)}`);
    key = `${middle}.${quoted(junction.to)}`;
  }
  const next = statement.alias();
  from.push(`${quote(target.table)} ${next}`);
  const link = via && !junction ? `${quoted(via)} = ${at}.${idColumn(source!)}` : `${idColumn(target)} = ${key}`;
  where.push(`${next}.${link}`);
  return next;
}
