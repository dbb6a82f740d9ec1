import {
  ALWAYS,
  type Collection,
  type CompareOp,
  FilterParser,
  invalid,
  isObject,
  type Json,
  lookup,
  type Mutation,
  PlinthError,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-policy.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { requireGuardWithinLimit } from "../read/query-cost-limit.ts";
import { referenceContext } from "../read/query-parts.ts";
import type { WriteOperation } from "./write-batch.ts";

const COUNTS: Record<string, CompareOp> = { _eq: "eq", _gt: "gt", _gte: "gte", _lt: "lt", _lte: "lte" };

export interface GuardInput {
  readonly filter: Json | undefined;
  readonly exists: Json | undefined;
  readonly count: Json | undefined;
}

export interface GuardOperation extends WriteOperation {
  /** Throws where testing the guard would take too long. Before the batch, as nothing can end it then. */
  requireWithinLimit(ctx: RequestContext): Promise<void>;
}

/** A condition on stored items that the caller may read. If it is false, the batch is refused. */
export function guardOperation(
  ctx: RequestContext,
  collection: Collection,
  input: GuardInput,
  operation: number,
): GuardOperation {
  const at = (name: string): string => `operations.${operation}.${name}`;
  const policy = requireReadAccess(ctx.catalog, ctx.principal, collection);
  if ((input.exists === undefined) === (input.count === undefined))
    throw invalid(at("exists"), 'a guard says either exists: true or false, or count: {"_gte": 1}');
  const parser = new FilterParser({ mode: "inline", ...referenceContext(ctx) });
  const where = input.filter === undefined ? ALWAYS : parser.parse(collection, input.filter, at("filter")).condition;
  const tree: Mutation = {
    kind: "guard",
    label: "guard",
    collection,
    where: ALWAYS,
    callerFilter: { policy, where },
    strict: true,
    ...(input.exists === undefined
      ? { expect: countsOf(input.count!, at("count")) }
      : existsOf(input.exists, at("exists")) === false && { expect: "none" as const }),
  };
  const explain = () =>
    new PlinthError("CONFLICT", `The guard on ${collection.slug} does not hold.`, { field: `operations.${operation}` });
  return {
    steps: [{ trees: [tree], operation, explain }],
    answer: () => ({ guard: true }),
    replay: () => ({ guard: true }),
    requireWithinLimit: (budgeted) => requireGuardWithinLimit(budgeted, { collection, policy, where }),
  };
}

function existsOf(value: Json, path: string): boolean {
  if (typeof value !== "boolean") throw invalid(path, "expected true or false");
  return value;
}

function countsOf(value: Json, path: string): { op: CompareOp; count: number }[] {
  if (!isObject(value) || Object.keys(value).length === 0)
    throw invalid(path, `expected an object such as {"_gte": 1}; operators are ${Object.keys(COUNTS).join(", ")}`);
  return Object.entries(value).map(([key, count]) => {
    const op = lookup(COUNTS, key);
    if (!op)
      throw invalid(
        `${path}.${key}`,
        `there is no such operator; use ${Object.keys(COUNTS).join(", ")}`,
        "UNKNOWN_OPERATOR",
      );
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0)
      throw invalid(`${path}.${key}`, "expected a whole number from 0");
    return { op, count };
  });
}
