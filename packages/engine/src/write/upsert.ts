import {
  ALWAYS,
  and,
  type Collection,
  type Condition,
  FULL_ACCESS,
  invalid,
  isAlways,
  isReference,
  type Json,
  type Mutation,
  type MutationResult,
  not,
  or,
  PlinthError,
  type Row,
  usesRelations,
} from "@plinth/core";
import { refusal } from "../access/read-policy.ts";
import { reportableNames } from "../access/writable-fields.ts";
import { requireWriteAccess, type WritePolicy } from "../access/write-policy.ts";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { replayableRow, type UpsertAction } from "../kernel/idempotency-lock.ts";
import { hasId, hasValues, hasVersion } from "../read/conditions.ts";
import { mayBreak, transitionsFor } from "./change.ts";
import { findVisibleById, newItems, type PreparedCreate, prepareCreate } from "./create.ts";
import { explainWriteError } from "./errors.ts";
import { uniqueSets } from "./lookup-fields.ts";
import { refuseStoredOperators } from "./operators.ts";
import { type ReferringRow, referenceChecks } from "./reference-access.ts";
import type { WriteStep } from "./write-batch.ts";

export interface UpsertOptions {
  /** The unique set that identifies an existing item. */
  readonly fields: readonly string[];
  /** True: update existing items. False: ignore them. */
  readonly merge: boolean;
  prefix(index: number): string;
  readonly operation?: number;
  /** The items come from a collection, as in an import: their keys are data, whatever their names. */
  readonly stored?: boolean;
}

export interface Upserted {
  readonly rows: Row[];
  /** The result of each item, in order. */
  readonly results: UpsertAction[];
}

export interface Upsert {
  readonly steps: readonly WriteStep[];
  /** The items as they would be inserted. */
  readonly rows: readonly Row[];
  /** What the batch did with each item, in order. */
  resultsIn(results: readonly MutationResult[][]): UpsertAction[];
  answer(results: readonly MutationResult[][]): Promise<Upserted>;
  replay(): Json[];
  /** The stored form of the results. */
  replayResults(): Json;
}

/** `id`, a unique field, or a set that is unique together. Only for callers who may write here at all. */
export function conflictFields(
  { catalog, principal }: RequestContext,
  collection: Collection,
  names: readonly string[],
  path: string,
  merge: boolean,
): readonly string[] {
  requireWriteAccess(catalog, principal, collection, "create", []);
  if (merge) requireWriteAccess(catalog, principal, collection, "update", []);
  // These two columns show whether an upsert inserted or updated an item.
  if (!collection.columns.version || !collection.columns.created_at)
    throw invalid(path, `items of ${collection.slug} have no version or no creation time, which an upsert needs`);
  const sets = uniqueSets(collection);
  const visible = ["id", "owner_id", ...reportableNames(catalog, principal, collection, "create")];
  // A set with a hidden field is answered like one that is not unique.
  const known = sets.filter((set) => set.every((name) => visible.includes(name)));
  const found = known.find((set) => set.length === names.length && set.every((name) => names.includes(name)));
  if (found) return found;
  throw invalid(path, `expected a unique field or set: ${known.map((set) => set.join("+")).join(", ")}`);
}

export interface PreparedUpsert extends PreparedCreate {
  readonly key: string;
  /** Fields that an existing item takes from the body. */
  readonly update: readonly string[];
  readonly updatePolicy: WritePolicy | null;
}

/** Inserts new items. Existing ones are updated with the body's fields, or ignored. */
export function upsertOperation(
  ctx: RequestContext,
  collection: Collection,
  list: readonly Json[],
  options: UpsertOptions,
): Upsert {
  const prepared = list.map((body, i) => prepareUpsert(ctx, collection, body, options, i));
  return upsertPrepared(ctx, collection, prepared, options);
}

/** The same for prepared items. */
export function upsertPrepared(
  ctx: RequestContext,
  collection: Collection,
  prepared: readonly PreparedUpsert[],
  options: UpsertOptions,
): Upsert {
  const { fields } = options;
  // Access to an item of the list can only be decided once that item is written.
  const relations = ctx.principal.bypass
    ? []
    : collection.fields.filter((f) => isReference(f) && f.to === collection.slug);
  const groups = groupAlike(
    prepared,
    relations.map(({ name }) => name),
  );
  const steps = groups.map((group) => upsertStep(ctx, collection, group, options));
  const resultsIn = (results: readonly MutationResult[][]): UpsertAction[] =>
    groups.flatMap((group, i) => resultsOf(group, results[i]![0]!.rows, options));
  return {
    steps,
    rows: prepared.map(({ row }) => row),
    resultsIn,
    async answer(results) {
      const written = new Map<string, Row>();
      for (const row of results.flatMap(([insert]) => insert!.rows)) {
        written.set(keyOf(fields, row), row);
        written.set(newKey(row), row);
      }
      const rows = await show(ctx, collection, fields, prepared, written);
      return { rows, results: resultsIn(results) };
    },
    replay: () =>
      prepared.map(({ row }) =>
        fields[0] === "id"
          ? replayableRow(collection.slug, row.id as string)
          : { $key: [collection.slug, keyValues(fields, row), options.merge ? null : row.id!] },
      ),
    replayResults: () => {
      const ids = prepared.map(({ row }) => row.id as string);
      return { $upserted: [collection.slug, ids, ctx.variables.now, options.merge] };
    },
  };
}

/** A new item has the id that was generated for it, and version 1. An existing item may have that id too. */
function resultsOf(
  group: readonly PreparedUpsert[],
  written: readonly Row[],
  { merge }: UpsertOptions,
): UpsertAction[] {
  const inserted = new Set(written.filter(({ version }) => version === 1).map(({ id }) => id));
  return group.map(({ row }) => (inserted.has(row.id) ? "inserted" : merge ? "updated" : "ignored"));
}

export function prepareUpsert(
  ctx: RequestContext,
  collection: Collection,
  body: Json,
  options: UpsertOptions,
  index: number,
): PreparedUpsert {
  const mayExistBy = options.merge ? options.fields : undefined;
  const prefix = options.prefix(index);
  const { stored } = options;
  const created = prepareCreate(ctx, collection, body, prefix, { mayExistBy, stored });
  const update = created.provided.filter((name) => !options.fields.includes(name));
  if (options.merge && !stored)
    for (const name of update) refuseStoredOperators(created.row[name]!, prefix === "" ? name : `${prefix}.${name}`);
  const updatePolicy = options.merge
    ? requireWriteAccess(ctx.catalog, ctx.principal, collection, "update", update)
    : null;
  // In a unique set, null equals nothing, so such an item is always new.
  const isNew = options.fields.some((name) => created.row[name] === null);
  const key = isNew ? newKey(created.row) : keyOf(options.fields, created.row);
  return { ...created, key, update, updatePolicy };
}

function keyOf(fields: readonly string[], row: Row): string {
  return JSON.stringify(fields.map((name) => row[name]));
}

function newKey(row: Row): string {
  return `new ${row.id}`;
}

/**
 * Groups neighbours that one statement can write: the same fields, the same rules, no item twice, and none that refers
 * by `relations` to another.
 */
function groupAlike(prepared: readonly PreparedUpsert[], relations: readonly string[]): PreparedUpsert[][] {
  const groups: PreparedUpsert[][] = [];
  let keys = new Set<string>();
  let ids = new Set<unknown>();
  for (const one of prepared) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    const alike =
      first !== undefined &&
      !keys.has(one.key) &&
      !relations.some((name) => ids.has(one.row[name])) &&
      first.update.join() === one.update.join() &&
      first.updatePolicy?.where === one.updatePolicy?.where;
    if (alike) group!.push(one);
    else {
      groups.push([one]);
      keys = new Set();
      ids = new Set();
    }
    keys.add(one.key);
    ids.add(one.row.id);
  }
  return groups;
}

function upsertStep(
  ctx: RequestContext,
  collection: Collection,
  group: readonly PreparedUpsert[],
  options: UpsertOptions,
): WriteStep {
  const rows = group.map(({ row }) => row);
  const [{ update, updatePolicy }] = group as [PreparedUpsert];
  const transitions = updatePolicy && transitionsFor(updatePolicy, update);
  const on_conflict = {
    fields: options.fields,
    update: updatePolicy && [...update, "updated_at"],
    where: updatePolicy?.where ?? ALWAYS,
    ...(transitions && { transitions }),
    label: "rule",
  };
  const trees: Mutation[] = [{ kind: "insert", collection, rows, on_conflict }];
  for (const one of group) {
    const where = resultHolds(collection, one, options);
    if (!isAlways(where)) trees.push({ kind: "guard", label: "check", collection, where });
  }
  return {
    trees,
    references: referenceChecks(ctx, collection, group.flatMap(referring)),
    ...newItems(ctx, collection, group),
    ...(options.operation !== undefined && { operation: options.operation }),
    explain(error, reason, failedBatch) {
      if (reason === "rule") return refusal(ctx.principal, "update", `this item of ${collection.slug}`);
      if (error.kind === "guard")
        return new PlinthError("FORBIDDEN", `No rule lets you make this change to ${collection.slug}.`);
      return explainWriteError(ctx, error, collection, trees, failedBatch);
    },
  };
}

/** An item is judged as a new one and as a changed one. */
function referring({ row, policy, provided, update, updatePolicy }: PreparedUpsert): ReferringRow[] {
  const created = { row, policy, provided };
  return updatePolicy ? [created, { row, policy: updatePolicy, provided: update }] : [created];
}

/** What the stored item must satisfy afterwards, depending on whether it is new. */
function resultHolds(collection: Collection, one: PreparedUpsert, options: UpsertOptions): Condition {
  const { row, policy, updatePolicy } = one;
  const onCreate = usesRelations(policy.check) ? policy.check : ALWAYS;
  const onUpdate = updatePolicy && mayBreak(updatePolicy, one.update) ? updatePolicy.check : ALWAYS;
  if (isAlways(onCreate) && isAlways(onUpdate)) return ALWAYS;
  const own = and(hasId(collection, row.id as string), hasVersion(collection, [1]));
  const item = one.key.startsWith("new ")
    ? hasId(collection, row.id as string)
    : hasValues(collection, options.fields, row);
  return and(item, or(and(own, onCreate), and(not(own), onUpdate)));
}

const LOOK_UP = 50;

async function show(
  ctx: RequestContext,
  collection: Collection,
  fields: readonly string[],
  prepared: readonly PreparedUpsert[],
  written: ReadonlyMap<string, Row>,
): Promise<Row[]> {
  const found = new Map<string, Row>(written);
  const missing = prepared.filter(({ key }) => !found.has(key));
  for (let from = 0; from < missing.length; from += LOOK_UP) {
    const where = or(...missing.slice(from, from + LOOK_UP).map(({ row }) => hasValues(collection, fields, row)));
    const tree = { collection, policy: FULL_ACCESS, where, select: null, sort: [], limit: { value: LOOK_UP } };
    for (const row of (await ctx.source(collection).store.find(tree, bind(ctx, []))).rows)
      found.set(keyOf(fields, row), row);
  }
  const rows = prepared.map(({ key, row }) => found.get(key) ?? row);
  if (ctx.principal.bypass) return rows;
  const ids = rows.map((row) => row.id as string);
  const shown = await findVisibleById(ctx, collection, ids);
  // For an ignored item that the caller may not see, the answer contains only what the caller sent.
  return prepared.map(({ key, row }, i) => shown[i] ?? (written.has(key) ? { id: ids[i]! } : keyValues(fields, row)));
}

function keyValues(fields: readonly string[], row: Row): Row {
  return Object.fromEntries(fields.map((name) => [name, row[name]!]));
}
