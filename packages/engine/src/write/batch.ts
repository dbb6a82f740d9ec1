import {
  type Collection,
  expectedOneOf,
  invalid,
  isObject,
  isUuid,
  type Json,
  type JsonObject,
  PlinthError,
} from "@plinth/core";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { replayableRow, type UpsertAction } from "../kernel/idempotency-lock.ts";
import { jobQueueSettings } from "../kernel/job-queues.ts";
import { announceJobs } from "../kernel/jobs.ts";
import { newBudget } from "../kernel/request-budget.ts";
import { changeStep, deleteStep, prepareChange } from "./change.ts";
import { createStep, prepareCreate } from "./create.ts";
import { type EnqueueOperation, enqueueOperation } from "./enqueue.ts";
import { requireRoomForJobs } from "./enqueue-limits.ts";
import { changeGraph, createGraph, graphContext, hasGraph } from "./graph.ts";
import { type GuardOperation, guardOperation } from "./guard.ts";
import { ENQUEUE_KEYS, enqueueInputIn } from "./job-input.ts";
import { requireJobNames } from "./job-name.ts";
import { type LookupInput, resolveLookups } from "./lookup.ts";
import { inOperation } from "./operation-errors.ts";
import { type KnownItem, resolveReferences } from "./references.ts";
import { beginPush, type ReplicaPush } from "./replica-push.ts";
import { conflictFields, upsertOperation } from "./upsert.ts";
import { commitOperations, replayableResult, type WriteOperation } from "./write-batch.ts";
import type { WriteInput } from "./write-input.ts";

export const MAX_BATCH_OPERATIONS = 500;

/** The keys that each operation accepts, besides `op` and `collection`. */
const KEYS = {
  create: ["data"],
  update: ["id", "data", "if_version"],
  replace: ["id", "data", "if_version"],
  upsert: ["data", "on_conflict", "resolution"],
  delete: ["id", "if_version"],
  guard: ["filter", "exists", "count"],
  enqueue: ENQUEUE_KEYS,
} as const satisfies Record<string, readonly string[]>;

type Kind = keyof typeof KEYS;

export interface BatchResult {
  readonly data: Json[];
  /** The push was done before, and its answer is not kept any more. */
  readonly done_before?: true;
  /** With upserts: the results of their items, in the order of the operations; null for other operations. */
  readonly meta?: { readonly results: (UpsertAction | null)[] };
}

/** Operations on any collections, all or nothing, each under the caller's own rules. */
export async function runBatch(
  ctx: RequestContext,
  inputs: readonly WriteInput[],
  push?: ReplicaPush,
): Promise<BatchResult> {
  if (inputs.length === 0) throw invalid("operations", "expected a list of operations");
  if (inputs.length > MAX_BATCH_OPERATIONS)
    throw invalid("operations", `at most ${MAX_BATCH_OPERATIONS} operations are allowed`, "LIMIT_EXCEEDED");
  const begun = push && (await beginPush(ctx, push));
  if (begun === "done") return { data: inputs.map(() => null), done_before: true };
  const known: (KnownItem | null)[] = [];
  const located = await withLookups(ctx, inputs as unknown as readonly Json[]);
  const queues = await queuesFor(ctx, inputs);
  const planned = located.map((input, i) => {
    try {
      const one = planOperation({ ctx, known, queues }, input, i);
      known.push(one.known);
      return one;
    } catch (error) {
      throw error instanceof PlinthError ? inOperation(error, i) : error;
    }
  });
  await requireJobNames(
    ctx,
    planned.map(({ job }) => job),
  );
  await requireGuardsWithinLimit(ctx, planned);
  const operations = planned.map(({ operation }) => operation);
  const upserts = planned.map(({ upserted }) => upserted);
  const metaOf = <T>(each: (one: PlannedUpsert) => T) =>
    upserts.some(Boolean) && { meta: { results: upserts.map((one) => (one ? each(one) : null)) } };
  const recorded = begun ? [begun] : [];
  const answers = await commitOperations(ctx, [...recorded, ...operations], () =>
    replayableResult(false, { data: operations.map(({ replay }) => replay()), ...metaOf((one) => one.stored) }),
  );
  await announceJobs(
    ctx,
    planned.flatMap(({ job = [] }) => job),
  );
  const data = answers.slice(recorded.length);
  return { data, ...metaOf((one) => one.result!) };
}

/** All guards share the request's budget. */
async function requireGuardsWithinLimit(ctx: RequestContext, planned: readonly PlannedOperation[]): Promise<void> {
  const budgeted = { ...ctx, budget: ctx.budget ?? newBudget(ctx.engine.config, ctx.now) };
  for (const [i, { guard }] of planned.entries()) {
    try {
      await guard?.requireWithinLimit(budgeted);
    } catch (error) {
      if (!(error instanceof PlinthError)) throw error;
      const field = `operations.${i}.filter`;
      throw new PlinthError(error.code, `${field}: ${error.message}`, { ...error.details, field, operation: i });
    }
  }
}

/** The operations with ids in the place of lookups. Malformed operations are left for their own checks. */
async function withLookups(ctx: RequestContext, inputs: readonly Json[]): Promise<readonly Json[]> {
  const found = inputs.flatMap((input, operation): (LookupInput & { operation: number })[] => {
    if (!isObject(input) || input.data === undefined) return [];
    const collection = ctx.catalog.collections.get(String(input.collection));
    if (!collection || !hasGraph(collection, input.data)) return [];
    const action = input.op === "create" || input.op === "upsert" ? "create" : "update";
    return [{ action, collection, body: input.data, path: `operations.${operation}.data`, operation }];
  });
  if (found.length === 0) return inputs;
  const bodies = await resolveLookups(ctx, found);
  const resolved = [...inputs];
  found.forEach(({ operation }, i) => {
    resolved[operation] = { ...(inputs[operation] as JsonObject), data: bodies[i]! };
  });
  return resolved;
}

interface PlannedOperation {
  operation: WriteOperation;
  known: KnownItem | null;
  upserted?: PlannedUpsert;
  guard?: GuardOperation;
  /** Of a job that it stores. */
  job?: EnqueueOperation["job"];
}

interface PlannedUpsert {
  /** Known once the operation has its answer. */
  result?: UpsertAction;
  /** The data from which the result can be found again. */
  readonly stored: Json;
}

/** What the operations of a batch are planned with. */
interface BatchPlan {
  readonly ctx: RequestContext;
  /** What the operations so far make or change. */
  readonly known: readonly (KnownItem | null)[];
  readonly queues: JobQueues | undefined;
}

type JobQueues = Awaited<ReturnType<typeof jobQueueSettings>>;

/** Undefined where no job is stored. */
async function queuesFor(ctx: RequestContext, inputs: readonly WriteInput[]): Promise<JobQueues | undefined> {
  const stored = inputs.filter((input) => isObject(input as unknown as Json) && input.op === "enqueue");
  if (stored.length === 0) return undefined;
  await requireRoomForJobs(ctx, stored.length);
  return jobQueueSettings(ctx.engine, ctx.driver, ctx.principal.workspaceId);
}

function planOperation(plan: BatchPlan, item: Json, index: number): PlannedOperation {
  const { ctx, known } = plan;
  const at = (name: string): string => `operations.${index}.${name}`;
  const { kind, input } = checkShape(item, index);
  if (kind === "enqueue") return planEnqueue(plan, input, index);
  const collection = collectionOf(ctx, String(input.collection), at("collection"));
  const resolved = resolveReferences(ctx, input, known, `operations.${index}`);
  switch (kind) {
    case "create":
      return planCreate(ctx, collection, resolved.data!, index);
    case "upsert":
      return planUpsert(ctx, collection, resolved, index);
    case "guard": {
      const { filter, exists, count } = resolved;
      const guard = guardOperation(ctx, collection, { filter, exists, count }, index);
      return { operation: guard, known: null, guard };
    }
    default:
      return planChange(ctx, kind, collection, resolved, index);
  }
}

function checkShape(item: Json, index: number): { kind: Kind; input: JsonObject } {
  const at = (name: string): string => `operations.${index}.${name}`;
  if (!isObject(item)) throw invalid(`operations.${index}`, "expected an object");
  const kind = item.op as Kind;
  if (kind === undefined) throw invalid(at("op"), "is required");
  if (typeof kind !== "string" || !Object.hasOwn(KEYS, kind)) {
    throw invalid(at("op"), expectedOneOf(Object.keys(KEYS), kind));
  }
  const isItem = kind !== "enqueue";
  if (isItem && typeof item.collection !== "string") throw invalid(at("collection"), "expected the collection's slug");
  const keys: readonly string[] = KEYS[kind];
  for (const key of Object.keys(item)) {
    if (key !== "op" && !(isItem && key === "collection") && !keys.includes(key))
      throw invalid(at(key), `${kind} takes ${keys.join(", ")}`, "UNKNOWN_FIELD");
  }
  for (const key of ["data", "id"]) {
    if (keys.includes(key) && item[key] === undefined) throw invalid(at(key), "is required");
  }
  return { kind, input: item };
}

function planCreate(ctx: RequestContext, collection: Collection, data: Json, index: number): PlannedOperation {
  const path = `operations.${index}.data`;
  if (hasGraph(collection, data)) {
    const { row, provided, ...operation } = createGraph(graphContext(ctx, index), collection, data, path);
    return { operation, known: { collection, row, provided } };
  }
  const prepared = prepareCreate(ctx, collection, data, path);
  const { row, provided } = prepared;
  const step = createStep(ctx, collection, [prepared], index);
  return {
    operation: {
      steps: [step],
      answer: ([results]) => step.answer(results!)[0]!,
      replay: () => replayableRow(collection.slug, row.id as string),
    },
    known: { collection, row, provided },
  };
}

function planUpsert(ctx: RequestContext, collection: Collection, input: JsonObject, index: number): PlannedOperation {
  const at = (name: string): string => `operations.${index}.${name}`;
  const { on_conflict, resolution = "merge" } = input;
  if (!isNames(on_conflict)) throw invalid(at("on_conflict"), "expected id, a unique field or a unique set");
  if (resolution !== "merge" && resolution !== "ignore") throw invalid(at("resolution"), "expected merge or ignore");
  const fields = conflictFields(ctx, collection, on_conflict, at("on_conflict"), resolution === "merge");
  const upsert = upsertOperation(ctx, collection, [input.data!], {
    fields,
    merge: resolution === "merge",
    prefix: () => at("data"),
    operation: index,
  });
  const upserted: PlannedUpsert = { stored: { $result: (upsert.replayResults() as JsonObject).$upserted! } };
  const operation: WriteOperation = {
    steps: upsert.steps,
    async answer(results) {
      const { rows, results: upsertResults } = await upsert.answer(results);
      upserted.result = upsertResults[0]!;
      return rows[0]!;
    },
    replay: () => upsert.replay()[0]!,
  };
  const [row] = upsert.rows;
  const byId = fields.length === 1 && fields[0] === "id";
  return { operation, upserted, known: byId ? { collection, row: { id: row!.id! }, provided: [] } : null };
}

function planEnqueue(
  { ctx, known, queues }: BatchPlan,
  { op: _, ...input }: JsonObject,
  index: number,
): PlannedOperation {
  const at = (name: string): string => `operations.${index}.${name}`;
  const resolved = enqueueInputIn(resolveReferences(ctx, input, known, `operations.${index}`), at);
  const operation = enqueueOperation(ctx, resolved, { at, queues: queues!, operation: index });
  return { operation, known: operation.known, job: operation.job };
}

function isNames(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

function planChange(
  ctx: RequestContext,
  kind: "update" | "replace" | "delete",
  collection: Collection,
  input: JsonObject,
  index: number,
): PlannedOperation {
  const at = (name: string): string => `operations.${index}.${name}`;
  if (typeof input.id !== "string") throw invalid(at("id"), "expected an item's id");
  const { id, if_version } = input;
  if (if_version !== undefined && (typeof if_version !== "number" || !Number.isSafeInteger(if_version)))
    throw invalid(at("if_version"), "expected a version");
  const versions = if_version === undefined ? undefined : [if_version as number];
  const target = { collection, id, versions, guarded: true, operation: index };
  const known: KnownItem | null = isUuid(id) ? { collection, row: { id: id.toLowerCase() }, provided: [] } : null;
  if (kind === "delete") {
    const step = deleteStep(ctx, target);
    const replay = () => ({ id: id.toLowerCase() });
    return { operation: { steps: [step], answer: ([results]) => step.answer(results!) as never, replay }, known };
  }
  const mode = kind === "update" ? "partial" : "replace";
  if (hasGraph(collection, input.data!))
    return { operation: changeGraph(graphContext(ctx, index), target, input.data!, mode, at("data")), known };
  const step = changeStep(ctx, target, prepareChange(ctx, collection, input.data!, mode, at("data")));
  const replay = () => replayableRow(collection.slug, id.toLowerCase());
  return { operation: { steps: [step], answer: ([results]) => step.answer(results!), replay }, known };
}
