import {
  type Bindings,
  type Count,
  DataError,
  type FieldValue,
  type Find,
  type Found,
  type Mutated,
  type Mutation,
  type Origin,
  type Row,
  type SqlDriver,
  type SqlQuery,
  type SqlResult,
  type SqlRow,
  type Store,
} from "@plinth/core";
import { originStatements, withOrigin } from "./changes/origin.ts";
import { compileAggregate } from "./sql/aggregate.ts";
import type { SqlDialect } from "./sql/dialect.ts";
import { bindPlan, compileCount, compileFind, type Plan } from "./sql/find.ts";
import { compileInsert, compileWrite } from "./sql/mutate.ts";
import { areSortValues } from "./sql/order.ts";
import { postgres } from "./sql/postgres.ts";
import { sqlite } from "./sql/sqlite.ts";

export function dialectOf(driver: SqlDriver): SqlDialect {
  return driver.dialect === "sqlite" ? sqlite : postgres;
}

/** Plans are kept as long as the trees they were compiled from; a tree stands for a shape. */
const finds = { sqlite: new WeakMap<Find, Plan>(), postgres: new WeakMap<Find, Plan>() };

/** Writes that nobody answers for are logged without an actor. */
const NOBODY: Origin = { actor: null, requestId: null };
const BARE: ReturnType<typeof originStatements> = { before: [], after: [] };

/** The SQL store: trees in, rows out, over any `SqlDriver`. */
export function sqlStore(driver: SqlDriver): Store {
  const dialect = dialectOf(driver);
  const plans = finds[dialect.name];
  const planOf = (tree: Find): Plan => {
    let plan = plans.get(tree);
    if (!plan) {
      plan = compileFind(dialect, tree);
      plans.set(tree, plan);
    }
    return plan;
  };
  return {
    name: driver.name,
    capabilities: {
      maxColumns: driver.capabilities.maxColumns,
      // Two statements of a batch tell the log who writes.
      maxInsertRows: driver.capabilities.maxBatch - 2,
    },
    async find(tree, bindings) {
      const plan = planOf(tree);
      return finish(plan, await driver.all(bindPlan(plan, bindings)));
    },
    areSortValues: (sort, values) => areSortValues(dialect, sort, values),
    async count(tree: Count, bindings) {
      const rows = await driver.all(bindPlan(compileCount(dialect, tree), bindings));
      return Number(rows[0]!.n);
    },
    async aggregate(tree, bindings) {
      const plan = compileAggregate(dialect, tree);
      return (await driver.all(bindPlan(plan, bindings))).map((row) => plan.decode(row));
    },
    async mutate(trees, bindings, origin = NOBODY) {
      const steps = trees.map((tree) => compileStep(driver, dialect, tree, bindings, planOf));
      const own = steps.flatMap((step) => step.queries);
      const single = own.length === 1 && steps[0]!.alone ? own[0]! : undefined;
      const alone = single && (origin === NOBODY ? single : withOrigin(dialect, single, origin));
      const { before, after } = origin === NOBODY ? BARE : originStatements(dialect, origin);
      const queries = [...before, ...own, ...after];
      if (queries.length > driver.capabilities.maxBatch) {
        throw new DataError("too_large", { message: `${own.length} statements in one batch` });
      }
      const results = alone ? [await driver.run(alone)] : await driver.batch(queries);
      let from = alone ? 0 : before.length;
      return steps.map((step) => {
        const part = results.slice(from, from + step.queries.length);
        from += step.queries.length;
        return step.finish(part);
      });
    },
  };
}

interface Step {
  queries: SqlQuery[];
  /** A single statement is atomic by itself. */
  alone: boolean;
  finish(results: SqlResult[]): Mutated;
}

function compileStep(
  driver: SqlDriver,
  dialect: SqlDialect,
  tree: Mutation,
  bindings: Bindings,
  planOf: (tree: Find) => Plan,
): Step {
  if (tree.kind === "insert") {
    const statements = compileInsert(dialect, driver.capabilities, tree);
    return { queries: statements, alone: true, finish: (results) => changed(results) };
  }
  if (tree.kind === "find") {
    const plan = planOf(tree.tree);
    return {
      queries: [bindPlan(plan, bindings)],
      alone: false,
      finish: (results) => ({ rows: finish(plan, results[0]!.rows).rows, changes: 0 }),
    };
  }
  return {
    queries: [bindPlan(compileWrite(dialect, tree), bindings)],
    alone: true,
    finish: (results) => changed(results),
  };
}

function changed(results: SqlResult[]): Mutated {
  return { rows: [], changes: results.reduce((sum, r) => sum + r.changes, 0) };
}

function finish(plan: Plan, raw: SqlRow[]): Found {
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
