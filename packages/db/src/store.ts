import {
  type Aggregate,
  type Awaitable,
  type Bindings,
  type Count,
  DataError,
  type FieldValue,
  type Find,
  type FindResult,
  isAlways,
  type Mutation,
  type MutationResult,
  type Origin,
  PlinthError,
  type Row,
  type SqlDriver,
  type SqlQuery,
  type SqlResult,
  type SqlRow,
  type Store,
  whenDone,
} from "@plinth/core";
import { compileAggregate } from "./compile/aggregate.ts";
import type { SqlDialect } from "./compile/dialect.ts";
import { bindPlan, compileCount, compileFind, describeCondition, type Plan } from "./compile/find.ts";
import { needsSerializable, preamble } from "./compile/isolation.ts";
import { kept } from "./compile/kept.ts";
import { type CompiledMutation, compileInsert, compileWrite } from "./compile/mutate.ts";
import { areSortValues } from "./compile/order.ts";
import { compileTraversal } from "./compile/traversal.ts";
import { compileUpdateEach } from "./compile/update-each.ts";
import { compileUpsert } from "./compile/upsert.ts";
import { dialectOf } from "./dialects/index.ts";

/** Plans live as long as the trees they were compiled from; a tree represents a query's shape. */
const planFor = kept(compileFind);

/** Writes without an origin are logged without an actor. */
const NOBODY: Origin = { actor: null, requestId: null };
const BARE: ReturnType<SqlDialect["log"]["origin"]> = { before: [], after: [] };

export interface StoreOptions {
  /** The time limit of a read; half a minute by default, unlimited where the engine has no clock. */
  readonly statementTimeoutMs?: number | undefined;
}

const STATEMENT_TIMEOUT_MS = 30_000;

/** The SQL store: trees in, rows out, over any `SqlDriver`. */
export function sqlStore(driver: SqlDriver, { statementTimeoutMs = STATEMENT_TIMEOUT_MS }: StoreOptions = {}): Store {
  const dialect = dialectOf(driver);
  const { capabilities } = driver;
  // Where the driver has no limit of its own, a transaction sets one.
  const timeLimit = capabilities.timeLimited ? undefined : dialect.timeLimit?.(statementTimeoutMs);
  const planOf = (tree: Find): Plan => planFor(dialect, tree);
  const timed = async (query: SqlQuery): Promise<SqlRow[]> =>
    timeLimit === undefined
      ? driver.all(query)
      : (await driver.batch([{ sql: timeLimit, params: [] }, query]))[1]!.rows;
  // A transaction costs more round trips: only reads that may become expensive pay for it.
  const read = (plan: Pick<Plan, "sql" | "binders" | "passesLists">, bindings: Bindings): Awaitable<SqlRow[]> => {
    const query = within(driver, bindPlan(plan, bindings));
    return plan.passesLists ? timed(query) : driver.all(query);
  };
  return {
    name: driver.name,
    capabilities: {
      maxColumns: capabilities.maxColumns,
      // Two statements of a batch set the log's origin.
      maxInsertRows: capabilities.maxBatch - 2,
      timeLimited: timeLimit !== undefined || capabilities.timeLimited === true,
    },
    find(tree, bindings) {
      const plan = planOf(tree);
      return whenDone(read(plan, bindings), (rows) => finish(plan, rows));
    },
    areSortValues: (sort, values) => areSortValues(dialect, sort, values),
    async count(tree: Count, bindings) {
      const rows = await read(compileCount(dialect, tree), bindings);
      return Number(rows[0]!.n);
    },
    async countUpTo(tree, bindings, atMost) {
      const rows = await driver.all(within(driver, bindPlan(compileTraversal(dialect, tree, atMost), bindings)));
      return Number(rows[0]!.n);
    },
    describe: (condition, bindings) => describeCondition(dialect, condition, bindings),
    async explain(tree, bindings) {
      const query = bindPlan("measures" in tree ? compileAggregate(dialect, tree) : planOf(tree), bindings);
      const rows = await driver.all({ sql: dialect.explain.statement(query.sql), params: query.params });
      return { statement: query.sql, ...dialect.explain.read(rows, query.sql, readsOn(tree)) };
    },
    async aggregate(tree, bindings) {
      const plan = compileAggregate(dialect, tree);
      const rows = await timed(within(driver, bindPlan(plan, bindings)));
      const { parentColumn } = plan;
      const parents = parentColumn && rows.map((row) => row[parentColumn] as string);
      return { rows: rows.map((row) => plan.decode(row)), ...(parents && { parents }) };
    },
    async mutate(trees, bindings, origin = NOBODY) {
      const steps = trees.map((tree) => compileStep(driver, dialect, tree, bindings, planOf));
      const own = steps.flatMap((step) => step.queries);
      const serializable = trees.some((tree) => needsSerializable(dialect, tree));
      const single = own.length === 1 && steps[0]!.alone && !serializable ? own[0]! : undefined;
      const alone = single && (origin === NOBODY ? single : dialect.log.withOrigin?.(single, origin));
      if (alone) return [steps[0]!.finish([await driver.run(alone)])];
      const around = origin === NOBODY ? BARE : dialect.log.origin(origin);
      const before = [...preamble(dialect, trees, serializable), ...around.before];
      const queries = [...before, ...own, ...around.after];
      if (queries.length > driver.capabilities.maxBatch) {
        throw new DataError("too_large", {
          message: `${queries.length} statements in one batch of at most ${driver.capabilities.maxBatch}`,
        });
      }
      const attempts = serializable ? SERIALIZABLE_ATTEMPTS : 1;
      const results = await batch(driver, queries, attempts).catch((error: unknown) => {
        throw inTrees(error, steps, before.length);
      });
      let from = before.length;
      return steps.map((step) => {
        const part = results.slice(from, from + step.queries.length);
        from += step.queries.length;
        return step.finish(part);
      });
    },
  };
}

/** A write that runs among other statements in their batch. */
export function writeQuery(driver: SqlDriver, tree: Parameters<typeof compileWrite>[1], bindings: Bindings): SqlQuery {
  return bindPlan(compileWrite(dialectOf(driver), tree), bindings);
}

/** Writes of items, with their origin in the log, that run among other statements in their batch. */
export function itemQueries(
  driver: SqlDriver,
  trees: readonly Mutation[],
  bindings: Bindings,
  origin: Origin,
): SqlQuery[] {
  const dialect = dialectOf(driver);
  const { before, after } = dialect.log.origin(origin);
  const own = trees.flatMap((tree) => {
    return compileStep(driver, dialect, tree, bindings, (find) => planFor(dialect, find)).queries;
  });
  return [...before, ...own, ...after];
}

/** Whether an index scan ends when the page is full, or continues until enough rows pass the filter. */
function readsOn(tree: Find | Aggregate): boolean {
  return "measures" in tree || !isAlways(tree.where) || !isAlways(tree.policy.where);
}

/** Serializable batches conflict more often than a driver expects. */
const SERIALIZABLE_ATTEMPTS = 8;

async function batch(driver: SqlDriver, queries: readonly SqlQuery[], attempts: number): Promise<SqlResult[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await driver.batch(queries);
    } catch (error) {
      if (attempt >= attempts || !(error instanceof DataError) || error.kind !== "busy") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 25 * attempt));
  }
}

/** A driver counts statements; the caller needs to know which tree failed. */
function inTrees(error: unknown, steps: readonly BatchStep[], before: number): unknown {
  if (!(error instanceof DataError) || error.statementIndex === undefined) return error;
  const { kind, cause, message, columns, guard, unreachable, unknownName } = error;
  let rest = error.statementIndex - before;
  const tree = steps.findIndex((step) => {
    rest -= step.queries.length;
    return rest < 0;
  });
  const failure = error.statementIndex < before || tree < 0 ? {} : { statementIndex: tree };
  return new DataError(kind, {
    cause,
    message,
    ...failure,
    ...(columns && { columns }),
    ...(guard !== undefined && { guard }),
    ...(unreachable && { unreachable }),
    ...(unknownName && { unknownName }),
  });
}

/** A statement that binds more than the engine allows is refused before it is sent. */
function within(driver: SqlDriver, query: SqlQuery): SqlQuery {
  const { maxParameters } = driver.capabilities;
  if (query.params.length <= maxParameters) return query;
  const message = `This request has ${query.params.length} values, and ${driver.name} takes at most ${maxParameters}; put them into lists with _in.`;
  throw new PlinthError("LIMIT_EXCEEDED", message, { field: "filter", max_parameters: maxParameters });
}

/** One mutation of a batch. */
interface BatchStep {
  queries: SqlQuery[];
  /** A single statement is atomic by itself. */
  alone: boolean;
  finish(results: SqlResult[]): MutationResult;
}

function compileStep(
  driver: SqlDriver,
  dialect: SqlDialect,
  tree: Mutation,
  bindings: Bindings,
  planOf: (tree: Find) => Plan,
): BatchStep {
  if (tree.kind === "insert") {
    if (tree.on_conflict) {
      const written = compileUpsert(dialect, driver.capabilities, tree);
      return {
        queries: written.map((one) => bindPlan(one, bindings)),
        alone: true,
        finish: (r) => returned(written, r),
      };
    }
    const statements = compileInsert(dialect, driver.capabilities, tree);
    return { queries: statements, alone: true, finish: changed };
  }
  if (tree.kind === "find") {
    const plan = planOf(tree.tree);
    const own = tree.values ? { ...bindings, values: tree.values } : bindings;
    return {
      queries: [bindPlan(plan, own)],
      alone: false,
      finish: (results) => ({ rows: finish(plan, results[0]!.rows).rows, changes: 0 }),
    };
  }
  if (tree.kind === "update_each") {
    const written = compileUpdateEach(dialect, driver.capabilities, tree);
    return { queries: written.map((one) => bindPlan(one, bindings)), alone: true, finish: changed };
  }
  const written = compileWrite(dialect, tree);
  if (tree.kind === "delete" && tree.checkAfter && dialect.checkAfter) {
    const [before, after] = dialect.checkAfter.map((sql): SqlQuery => ({ sql, params: [] }));
    return { queries: [before!, bindPlan(written, bindings), after!], alone: false, finish: changed };
  }
  return {
    queries: [bindPlan(written, bindings)],
    // A guard protects the rest of its batch, and locks need a transaction.
    alone: tree.kind !== "guard",
    finish: written.decode ? (results) => returned([written], results) : changed,
  };
}

function changed(results: SqlResult[]): MutationResult {
  return { rows: [], changes: results.reduce((sum, r) => sum + r.changes, 0) };
}

function returned(written: readonly CompiledMutation[], results: SqlResult[]): MutationResult {
  const rows = results.flatMap((result, i) => result.rows.map(written[i]!.decode!));
  return { rows, changes: rows.length };
}

function finish(plan: Plan, raw: SqlRow[]): FindResult {
  const sortValues = plan.sortColumns.length > 0 ? raw.map((row) => takeSortValues(plan, row)) : undefined;
  const parents = plan.parentColumn ? raw.map((row) => take(row, plan.parentColumn!) as string) : undefined;
  const { decode } = plan;
  if (decode) for (let i = 0; i < raw.length; i++) raw[i] = decode(raw[i]!) as SqlRow;
  return { rows: raw as unknown as Row[], ...(sortValues && { sortValues }), ...(parents && { parents }) };
}

function take(row: SqlRow, name: string): FieldValue {
  const value = row[name];
  delete row[name];
  return typeof value === "bigint" ? value.toString() : (value as FieldValue);
}

function takeSortValues(plan: Plan, row: SqlRow): FieldValue[] {
  return plan.sortColumns.map((name) => take(row, name));
}
