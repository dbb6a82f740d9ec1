import { type Collection, invalid, isObject, isUuid, type Json, type JsonObject, PlinthError } from "@plinth/core";
import { rowOutcome, type UpsertOutcome } from "../kernel/claim.ts";
import type { Scope } from "../kernel/engine.ts";
import { changePart, deletePart, prepareChange } from "./change.ts";
import { createPart, prepareCreate } from "./create.ts";
import { changeGraph, createGraph, graphContext, hasGraph } from "./graph.ts";
import { guardOperation } from "./guard.ts";
import { inOperation } from "./operation-errors.ts";
import { commitOperations, type Operation, outcomeOf } from "./plan.ts";
import { type Known, resolveReferences } from "./references.ts";
import { conflictFields, upsertOperation } from "./upsert.ts";
import type { WriteInput } from "./write-input.ts";

const MAX_OPERATIONS = 500;

/** Which keys each operation takes beside `op` and `collection`. */
const KEYS = {
  create: ["data"],
  update: ["id", "data", "ifVersion"],
  replace: ["id", "data", "ifVersion"],
  upsert: ["data", "onConflict", "resolution"],
  delete: ["id", "ifVersion"],
  guard: ["filter", "exists", "count"],
} as const satisfies Record<string, readonly string[]>;

type Kind = keyof typeof KEYS;

export interface BatchResult {
  readonly data: Json[];
  /** Where there are upserts: what became of their items, in the order of the operations; null for others. */
  readonly meta?: { readonly outcomes: (UpsertOutcome | null)[] };
}

/** Operations over any collections, all or nothing, each under the caller's own rules. */
export async function runBatch(scope: Scope, inputs: readonly WriteInput[]): Promise<BatchResult> {
  if (inputs.length === 0) throw invalid("operations", "expected a list of operations");
  if (inputs.length > MAX_OPERATIONS)
    throw invalid("operations", `at most ${MAX_OPERATIONS} operations are allowed`, "LIMIT_EXCEEDED");
  const known: (Known | null)[] = [];
  const planned = inputs.map((input, i) => {
    try {
      const one = planOperation(scope, input as unknown as Json, i, known);
      known.push(one.known);
      return one;
    } catch (error) {
      throw error instanceof PlinthError ? inOperation(error, i) : error;
    }
  });
  const operations = planned.map(({ operation }) => operation);
  const upserts = planned.map(({ upserted }) => upserted);
  const metaOf = <T>(each: (one: Upserting) => T) =>
    upserts.some(Boolean) && { meta: { outcomes: upserts.map((one) => (one ? each(one) : null)) } };
  const data = await commitOperations(scope, operations, () =>
    outcomeOf(false, { data: operations.map(({ outcome }) => outcome()), ...metaOf((one) => one.stored) }),
  );
  return { data, ...metaOf((one) => one.outcome!) };
}

interface Planned {
  operation: Operation;
  known: Known | null;
  upserted?: Upserting;
}

interface Upserting {
  /** Known once the operation has its answer. */
  outcome?: UpsertOutcome;
  /** What it can be told from again. */
  readonly stored: Json;
}

function planOperation(scope: Scope, item: Json, index: number, known: readonly (Known | null)[]): Planned {
  const at = (name: string): string => `operations.${index}.${name}`;
  const { kind, input } = checkShape(item, index);
  const collection = scope.catalog.collections.get(input.collection as string);
  if (!collection) {
    const message = `There is no collection ${String(input.collection).slice(0, 100)}.`;
    throw new PlinthError("COLLECTION_NOT_FOUND", message, { field: at("collection") });
  }
  const given = resolveReferences(scope, input, known, `operations.${index}`);
  switch (kind) {
    case "create":
      return planCreate(scope, collection, given.data!, index);
    case "upsert":
      return planUpsert(scope, collection, given, index);
    case "guard": {
      const { filter, exists, count } = given;
      return { operation: guardOperation(scope, collection, { filter, exists, count }, index), known: null };
    }
    default:
      return planChange(scope, kind, collection, given, index);
  }
}

function checkShape(item: Json, index: number): { kind: Kind; input: JsonObject } {
  const at = (name: string): string => `operations.${index}.${name}`;
  if (!isObject(item)) throw invalid(`operations.${index}`, "expected an object");
  const kinds = Object.keys(KEYS).join(", ");
  const kind = item.op as Kind;
  if (typeof kind !== "string" || !Object.hasOwn(KEYS, kind)) throw invalid(at("op"), `expected one of ${kinds}`);
  if (typeof item.collection !== "string") throw invalid(at("collection"), "expected the collection's slug");
  const keys: readonly string[] = KEYS[kind];
  for (const key of Object.keys(item)) {
    if (key !== "op" && key !== "collection" && !keys.includes(key))
      throw invalid(at(key), `${kind} takes ${keys.join(", ")}`, "UNKNOWN_FIELD");
  }
  for (const key of ["data", "id"]) {
    if (keys.includes(key) && item[key] === undefined) throw invalid(at(key), "is required");
  }
  return { kind, input: item };
}

function planCreate(scope: Scope, collection: Collection, data: Json, index: number): Planned {
  const path = `operations.${index}.data`;
  if (hasGraph(collection, data)) {
    const { row, given, ...operation } = createGraph(graphContext(scope, index), collection, data, path);
    return { operation, known: { collection, row, given } };
  }
  const prepared = prepareCreate(scope, collection, data, path);
  const { row, given } = prepared;
  const part = createPart(scope, collection, [prepared], index);
  return {
    operation: {
      parts: [part],
      answer: ([results]) => part.answer(results!)[0]!,
      outcome: () => rowOutcome(collection.slug, row.id as string),
    },
    known: { collection, row, given },
  };
}

function planUpsert(scope: Scope, collection: Collection, input: JsonObject, index: number): Planned {
  const at = (name: string): string => `operations.${index}.${name}`;
  const { onConflict, resolution = "merge" } = input;
  if (!isNames(onConflict)) throw invalid(at("onConflict"), "expected id, a unique field or a unique set");
  if (resolution !== "merge" && resolution !== "ignore") throw invalid(at("resolution"), "expected merge or ignore");
  const fields = conflictFields(scope, collection, onConflict, at("onConflict"), resolution === "merge");
  const upsert = upsertOperation(scope, collection, [input.data!], {
    fields,
    merge: resolution === "merge",
    prefix: () => at("data"),
    operation: index,
  });
  const upserted: Upserting = { stored: { $outcome: (upsert.outcomesOutcome() as JsonObject).$upserted! } };
  const operation: Operation = {
    parts: upsert.parts,
    async answer(results) {
      const { rows, outcomes } = await upsert.answer(results);
      upserted.outcome = outcomes[0]!;
      return rows[0]!;
    },
    outcome: () => upsert.outcome()[0]!,
  };
  const [row] = upsert.rows;
  const byId = fields.length === 1 && fields[0] === "id";
  return { operation, upserted, known: byId ? { collection, row: { id: row!.id! }, given: [] } : null };
}

function isNames(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

function planChange(
  scope: Scope,
  kind: "update" | "replace" | "delete",
  collection: Collection,
  input: JsonObject,
  index: number,
): Planned {
  const at = (name: string): string => `operations.${index}.${name}`;
  if (typeof input.id !== "string") throw invalid(at("id"), "expected an item's id");
  const { id, ifVersion } = input;
  if (ifVersion !== undefined && (typeof ifVersion !== "number" || !Number.isSafeInteger(ifVersion)))
    throw invalid(at("ifVersion"), "expected a version");
  const versions = ifVersion === undefined ? undefined : [ifVersion as number];
  const target = { collection, id, versions, guarded: true, operation: index };
  const known: Known | null = isUuid(id) ? { collection, row: { id: id.toLowerCase() }, given: [] } : null;
  if (kind === "delete") {
    const part = deletePart(scope, target);
    const outcome = () => ({ id: id.toLowerCase() });
    return { operation: { parts: [part], answer: ([results]) => part.answer(results!) as never, outcome }, known };
  }
  const mode = kind === "update" ? "partial" : "replace";
  if (hasGraph(collection, input.data!))
    return { operation: changeGraph(graphContext(scope, index), target, input.data!, mode, at("data")), known };
  const part = changePart(scope, target, prepareChange(scope, collection, input.data!, mode, at("data")));
  const outcome = () => rowOutcome(collection.slug, id.toLowerCase());
  return { operation: { parts: [part], answer: ([results]) => part.answer(results!), outcome }, known };
}
