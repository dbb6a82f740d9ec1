/** Compares what a database finds with what the in-memory evaluator says of the same rows under the same tree. */
import {
  type Access,
  type Bindings,
  type Collection,
  type Condition,
  evaluate,
  type FieldValue,
  type Json,
  type JsonObject,
  maskOf,
  parseSortText,
  type RelationRef,
  type Row,
} from "@plinth/core";
import { type Operation, WRITES } from "./case.ts";
import type { Disagreement } from "./compare.ts";
import { listItems, parseFilter, readAccess, type Scope } from "./plinth.ts";
import type { Watch } from "./run-case.ts";

/** Everything as the administrator sees it, read anew after a write. */
type Rows = ReadonlyMap<string, readonly Row[]>;

export function evaluatorWatch(report: (found: Disagreement) => void): Watch {
  let rows: Rows | undefined;
  return async (index, operation, scope) => {
    if (WRITES.has(operation.do)) rows = undefined;
    const asked = questionOf(scope, operation);
    if (!asked) return;
    rows ??= await readAll(scope);
    const found = await askDatabase(scope, asked);
    const judged = judge(rows, asked);
    if (found.join() !== judged.join())
      report({
        kind: "evaluator",
        operation: index,
        engines: [scope.driver.name, "evaluator"],
        found: [found, judged],
      });
  };
}

interface Question {
  collection: Collection;
  access: Access;
  where: Condition;
  bindings: Bindings;
}

/** A list's filter, where the evaluator can decide it: no folds, and no fields hidden from some rows. */
function questionOf(scope: Scope, operation: Operation): Question | undefined {
  if (operation.do !== "list" || !operation.parameters.filter) return undefined;
  const collection = scope.catalog.collections.get(operation.collection);
  const access = collection && readAccess(scope.catalog, scope.principal, collection);
  if (!access) return undefined;
  const values: FieldValue[] = [];
  try {
    const where = parseFilter(scope, collection, operation.parameters.filter, values).condition;
    const decidable = isPlain(access) && isDecidable(access.where) && isDecidable(where);
    return decidable ? { collection, access, where, bindings: { values, variables: scope.variables } } : undefined;
  } catch {
    return undefined;
  }
}

function isPlain(access: Access): boolean {
  return [...(access.fields?.values() ?? [])].every((mask) => mask === null);
}

function isDecidable(condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.every(isDecidable);
    case "not":
      return isDecidable(condition.of);
    case "some": {
      const { access, via, junction } = condition.relation;
      const steps = junction ? [access, junction.access] : [access];
      // Who may not see the fields that link two items does not see the link.
      const links = junction ? [via!, junction.to] : via ? [via] : [];
      const linked = links.every((field) => maskOf(junction?.access ?? access, field.name) === null);
      return linked && steps.every((step) => isPlain(step) && isDecidable(step.where)) && isDecidable(condition.where);
    }
    default:
      return condition.ref.through === undefined;
  }
}

async function askDatabase(scope: Scope, { collection, access, where, bindings }: Question): Promise<string[]> {
  const id = { field: collection.byName.get("id")! };
  const sort = [{ ref: id, direction: "asc" }] as const;
  const found = await scope
    .source(collection)
    .store.find({ collection, access, where, select: ["id"], sort, limit: { value: 1000 } }, bindings);
  return found.rows.map((row) => row.id as string);
}

function judge(rows: Rows, { collection, access, where, bindings }: Question): string[] {
  const related = (relation: RelationRef, row: JsonObject): readonly JsonObject[] => {
    const targets = rows.get(relation.target.slug)!;
    const { field, via, junction } = relation;
    if (!via) return targets.filter((other) => other.id === row[field.name]);
    if (!junction) return targets.filter((other) => other[via.name] === row.id);
    const links = rows.get(junction.collection.slug)!.filter((link) => link[via.name] === row.id);
    const seen = links.filter((link) => evaluate(junction.access.where, link, bindings, related));
    return targets.filter((other) => seen.some((link) => link[junction.to.name] === other.id));
  };
  const holds = (condition: Condition, row: Row): boolean => evaluate(condition, row, bindings, related);
  return rows
    .get(collection.slug)!
    .filter((row) => holds(access.where, row) && holds(where, row))
    .map((row) => row.id as string);
}

async function readAll(scope: Scope): Promise<Rows> {
  const admin: Scope = { ...scope, principal: { ...scope.principal, bypass: true } };
  const all = new Map<string, readonly Row[]>();
  for (const slug of scope.catalog.collections.keys()) {
    const { data } = await listItems(admin, slug, { sort: parseSortText("id"), limit: 1000 });
    all.set(slug, data as Json as Row[]);
  }
  return all;
}
