/** Compares what a database finds with what the in-memory evaluator says of the same rows under the same tree. */
import {
  type Bindings,
  type Collection,
  type Condition,
  evaluate,
  type FieldValue,
  fieldPolicyOf,
  type Json,
  type JsonObject,
  parseSortText,
  type ReadPolicy,
  type RelationRef,
  type Row,
} from "@plinth/core";
import { type Operation, WRITES } from "./case.ts";
import type { Disagreement } from "./compare.ts";
import { listItems, parseFilter, type RequestContext, readPolicy } from "./plinth.ts";
import type { Watch } from "./run-case.ts";

/** Everything as the administrator sees it, read anew after a write. */
type Rows = ReadonlyMap<string, readonly Row[]>;

export function evaluatorWatch(report: (found: Disagreement) => void): Watch {
  let rows: Rows | undefined;
  return async (index, operation, ctx) => {
    if (WRITES.has(operation.do)) rows = undefined;
    const query = questionOf(ctx, operation);
    if (!query) return;
    rows ??= await readAll(ctx);
    const found = await askDatabase(ctx, query);
    const matching = matchingIds(rows, query);
    if (found.join() !== matching.join())
      report({
        kind: "evaluator",
        operation: index,
        engines: [ctx.driver.name, "evaluator"],
        found: [found, matching],
      });
  };
}

interface Question {
  collection: Collection;
  policy: ReadPolicy;
  where: Condition;
  bindings: Bindings;
}

/** A list's filter, where the evaluator can decide it: no aggregates of related items, and no fields hidden from some rows. */
function questionOf(ctx: RequestContext, operation: Operation): Question | undefined {
  if (operation.do !== "list" || !operation.parameters.filter) return undefined;
  const collection = ctx.catalog.collections.get(operation.collection);
  const policy = collection && readPolicy(ctx.catalog, ctx.principal, collection);
  if (!policy) return undefined;
  const values: FieldValue[] = [];
  try {
    const where = parseFilter(ctx, collection, operation.parameters.filter, values).condition;
    const decidable = isPlain(policy) && isDecidable(policy.where) && isDecidable(where);
    return decidable ? { collection, policy, where, bindings: { values, variables: ctx.variables } } : undefined;
  } catch {
    return undefined;
  }
}

function isPlain(policy: ReadPolicy): boolean {
  return [...(policy.fields?.values() ?? [])].every((fieldPolicy) => fieldPolicy === null);
}

function isDecidable(condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.every(isDecidable);
    case "not":
      return isDecidable(condition.of);
    case "some": {
      const { policy, via, junction } = condition.relation;
      const steps = junction ? [policy, junction.policy] : [policy];
      // Who may not see the fields that link two items does not see the link.
      const links = junction ? [via!, junction.to] : via ? [via] : [];
      const linked = links.every((field) => fieldPolicyOf(junction?.policy ?? policy, field.name) === null);
      return linked && steps.every((step) => isPlain(step) && isDecidable(step.where)) && isDecidable(condition.where);
    }
    default:
      return condition.ref.through === undefined;
  }
}

async function askDatabase(ctx: RequestContext, { collection, policy, where, bindings }: Question): Promise<string[]> {
  const id = { field: collection.byName.get("id")! };
  const sort = [{ ref: id, direction: "asc" }] as const;
  const found = await ctx
    .source(collection)
    .store.find({ collection, policy, where, select: ["id"], sort, limit: { value: 1000 } }, bindings);
  return found.rows.map((row) => row.id as string);
}

function matchingIds(rows: Rows, { collection, policy, where, bindings }: Question): string[] {
  const related = (relation: RelationRef, row: JsonObject): readonly JsonObject[] => {
    const targets = rows.get(relation.target.slug)!;
    const { field, via, junction } = relation;
    if (!via) return targets.filter((other) => other.id === row[field.name]);
    if (!junction) return targets.filter((other) => other[via.name] === row.id);
    const links = rows.get(junction.collection.slug)!.filter((link) => link[via.name] === row.id);
    const seen = links.filter((link) => evaluate(junction.policy.where, link, bindings, related));
    return targets.filter((other) => seen.some((link) => link[junction.to.name] === other.id));
  };
  const holds = (condition: Condition, row: Row): boolean => evaluate(condition, row, bindings, related);
  return rows
    .get(collection.slug)!
    .filter((row) => holds(policy.where, row) && holds(where, row))
    .map((row) => row.id as string);
}

async function readAll(ctx: RequestContext): Promise<Rows> {
  const admin: RequestContext = { ...ctx, principal: { ...ctx.principal, bypass: true } };
  const all = new Map<string, readonly Row[]>();
  for (const slug of ctx.catalog.collections.keys()) {
    const { data } = await listItems(admin, slug, { sort: parseSortText("id"), limit: 1000 });
    all.set(slug, data as Json as Row[]);
  }
  return all;
}
