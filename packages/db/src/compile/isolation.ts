import {
  type CallerFilter,
  type Collection,
  type Condition,
  type Mutation,
  type SqlQuery,
  usesRelations,
} from "@plinth/core";
import { quoted } from "./columns.ts";
import { quote, type SqlDialect } from "./dialect.ts";

/**
 * What a batch needs first, so that its checks still hold when it commits. SQLite has one writer at a time. Postgres
 * runs a batch at "read committed": after a wait for a lock it evaluates checks of the written or locked item again.
 * Counts, absence checks and reads of related items are not repeated: they only hold where the whole batch is
 * serializable.
 */
export function preamble(dialect: SqlDialect, trees: readonly Mutation[], serializable: boolean): SqlQuery[] {
  if (!dialect.concurrentWriters) return [];
  const queries = lockTargets(dialect, trees);
  if (serializable) queries.unshift({ sql: dialect.serializable!, params: [] });
  return queries;
}

const SCHEMA_TIMEOUT_MS = 600_000;

/** First in a batch that changes tables: an index on a large table takes longer than a read or a write may. */
export function schemaTimeLimit(dialect: SqlDialect, ms = SCHEMA_TIMEOUT_MS): SqlQuery[] {
  return dialect.timeLimit ? [{ sql: dialect.timeLimit(ms), params: [] }] : [];
}

export function needsSerializable(dialect: SqlDialect, tree: Mutation): boolean {
  if (dialect.serializable === undefined) return false;
  switch (tree.kind) {
    case "find":
      return false;
    case "insert":
      return tree.on_conflict !== undefined && usesRelations(tree.on_conflict.where);
    case "guard":
      if (tree.strict === false) return false;
      return (tree.strict === true && tree.expect !== undefined) || decidesByRelated(tree);
    default:
      return decidesByRelated(tree);
  }
}

function decidesByRelated({
  where,
  callerFilter,
}: {
  readonly where: Condition;
  readonly callerFilter?: CallerFilter;
}): boolean {
  return usesRelations(where) || asksFurther(callerFilter);
}

function asksFurther(callerFilter: CallerFilter | undefined): boolean {
  return callerFilter !== undefined && (usesRelations(callerFilter.where) || usesRelations(callerFilter.policy.where));
}

/** Batches that touch the same items in different orders could deadlock; so all lock in one order. */
function lockTargets(dialect: SqlDialect, trees: readonly Mutation[]): SqlQuery[] {
  const targets = new Map<string, { collection: Collection; ids: Set<string> }>();
  let total = 0;
  for (const tree of trees) {
    for (const id of targetsOf(tree)) {
      const { collection } = tree as Exclude<Mutation, { kind: "find" }>;
      const target = targets.get(collection.table) ?? { collection, ids: new Set() };
      targets.set(collection.table, target);
      if (!target.ids.has(id)) total++;
      target.ids.add(id);
    }
  }
  if (total < 2) return [];
  return [...targets.keys()].sort().map((table) => {
    const { collection, ids } = targets.get(table)!;
    const id = collection.byName.get("id")!;
    return {
      sql: `select 1 from ${quote(table)} where ${dialect.isIn(id, quoted(id), "$1")} order by ${quoted(id)}${dialect.lock}`,
      params: [dialect.encodeList(id, [...ids])],
    };
  });
}

/** The items that a mutation names. */
function targetsOf(tree: Mutation): readonly string[] {
  if (tree.kind === "update_each") return tree.rows.map(({ id }) => id);
  if (tree.kind === "find" || tree.kind === "insert") return [];
  const id = targetOf(tree.where);
  return id === undefined ? [] : [id];
}

/** The one item that a condition can match. */
function targetOf(where: Condition): string | undefined {
  if (where.kind === "and") {
    for (const part of where.of) {
      const id = targetOf(part);
      if (id !== undefined) return id;
    }
    return undefined;
  }
  const isId = where.kind === "compare" && where.op === "eq" && where.ref.field.name === "id" && !where.ref.through;
  return isId && "value" in where.operand ? (where.operand.value as string) : undefined;
}
