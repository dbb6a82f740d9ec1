import {
  and,
  type Collection,
  evaluate,
  type Find,
  FULL_ACCESS,
  fieldPolicyOf,
  isAlways,
  type Json,
  type JsonObject,
  type Mutation,
  type MutationResult,
  type ReadPolicy,
  type Row,
  usesRelations,
  uuidv7,
} from "@plinth/core";
import { readPolicy, refusal } from "../access/read-policy.ts";
import { reportableNames, requireRightToGive } from "../access/writable-fields.ts";
import { requireUndoAccess, requireWriteAccess, type WritePolicy } from "../access/write-policy.ts";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasId, hasIdAmong } from "../read/conditions.ts";
import { explainWriteError } from "./errors.ts";
import { type CheckedInput, checkInput, fill, inOrder } from "./input.ts";
import { referenceChecks } from "./reference-access.ts";
import type { WriteStep } from "./write-batch.ts";

export interface PreparedCreate {
  readonly row: Row;
  readonly policy: WritePolicy;
  /** Fields in the caller's body. */
  readonly provided: readonly string[];
  /** Of the item in the body; empty: it is the body itself. */
  readonly prefix: string;
}

interface CreateOptions {
  /** Relations that the request also writes. */
  readonly lists?: readonly string[];
  /** The item may exist, and then changes: by these fields it is known, and other required ones may be absent. */
  readonly mayExistBy?: readonly string[] | undefined;
  /** The item comes from a collection, as in an import: its keys are data, whatever their names. */
  readonly stored?: boolean | undefined;
  /** The item existed before and was deleted. It is as old as it was, and its version goes on. */
  readonly restored?: { readonly created_at: Json; readonly version: Json } | undefined;
}

/**
 * Everything about one new item that needs no database: validation, presets, defaults, and the rule's check where one
 * row decides it.
 */
export function prepareCreate(
  ctx: RequestContext,
  collection: Collection,
  body: Json,
  prefix: string,
  options: CreateOptions = {},
): PreparedCreate {
  const draft = draftCreate(ctx, collection, body, prefix, options);
  requireAllowed(ctx, collection, draft);
  return draft;
}

/** Throws where the row alone shows that no rule allows it. */
function requireAllowed(ctx: RequestContext, collection: Collection, { row, policy }: PreparedCreate): void {
  if (usesRelations(policy.check) || evaluate(policy.check, row, bind(ctx, []))) return;
  throw refusal(ctx.principal, "create", `this item of ${collection.slug}`);
}

/** What a step says of the items that it makes, for those who are asked before. */
export function newItems(ctx: RequestContext, collection: Collection, prepared: readonly PreparedCreate[]) {
  return {
    pathOf: (row: Row) => prepared.find((one) => one.row === row)?.prefix,
    recheck() {
      for (const one of prepared) requireAllowed(ctx, collection, one);
    },
  };
}

/** The same, before the rule's check. */
export function draftCreate(
  ctx: RequestContext,
  collection: Collection,
  body: Json,
  prefix: string,
  { lists = [], mayExistBy, stored, restored }: CreateOptions = {},
): PreparedCreate {
  const { catalog, principal } = ctx;
  const access = restored ? requireUndoAccess : requireWriteAccess;
  requireRightToGive(catalog, principal, collection, "create", body, lists, access);
  const policyOf = (provided: readonly string[]): WritePolicy => {
    const fields = [...provided.filter((name) => name !== "id"), ...lists];
    return access(catalog, principal, collection, "create", fields);
  };
  const input = checkInput(collection, body, "create", prefix, {
    names: reportableNames(catalog, principal, collection, "create"),
    presets: (provided) => policyOf(provided).presets,
    mayExistBy,
    stored,
  });
  const policy = policyOf(input.provided);
  return { row: completeRow(ctx, collection, input, policy, restored), policy, provided: input.provided, prefix };
}

function completeRow(
  ctx: RequestContext,
  collection: Collection,
  input: CheckedInput,
  policy: WritePolicy,
  restored: CreateOptions["restored"],
): Row {
  const uuid = (): string => uuidv7(ctx.now);
  const owner = ctx.principal.kind === "user" ? (ctx.principal.id ?? null) : null;
  const row = fill(collection, input.values, policy.presets, { variables: ctx.variables, uuid });
  row.id ??= uuid();
  row.created_at = restored?.created_at ?? ctx.variables.now;
  row.updated_at = ctx.variables.now;
  if (!("owner_id" in row)) row.owner_id = owner;
  // Whoever read the item before it was deleted must not take it for that version.
  row.version = restored ? Number(restored.version ?? 0) + 1 : 1;
  return inOrder(collection, row);
}

export interface CreateStep extends WriteStep {
  /** The new items as the caller may read them. For an item that the caller may not see, only the id. */
  answer(results: readonly MutationResult[]): Row[];
}

/**
 * New items of one collection. Checks through relations are guards after the insert. If the read rule also uses
 * relations, the same batch reads the items back.
 */
export function createStep(
  ctx: RequestContext,
  collection: Collection,
  prepared: readonly PreparedCreate[],
  operation?: number,
): CreateStep {
  const rows = prepared.map((p) => p.row);
  const trees: Mutation[] = [{ kind: "insert", collection, rows }];
  for (const { row, policy } of prepared) {
    if (!usesRelations(policy.check)) continue;
    const where = and(hasId(collection, row.id as string), policy.check);
    trees.push({ kind: "guard", label: "check", collection, where });
  }
  const policy = readPolicy(ctx.catalog, ctx.principal, collection);
  const readBack = policy !== null && !isDecidedAlone(policy);
  if (readBack) {
    const ids = rows.map((row) => row.id as string);
    trees.push({ kind: "find", tree: findAmong(collection, policy, ids) });
  }
  return {
    trees,
    references: referenceChecks(ctx, collection, prepared),
    ...newItems(ctx, collection, prepared),
    answer(results) {
      if (readBack) return inOrderOf(rows, results.at(-1)!.rows);
      return policy
        ? rows.map((row) => applyFieldPolicies(ctx, collection, policy, row))
        : rows.map((row) => ({ id: row.id! }));
    },
    ...(operation !== undefined && { operation }),
    get makes() {
      return { collection, ids: rows.map((row) => row.id as string) };
    },
    explain: (error, _reason, failedBatch) =>
      error.kind === "guard"
        ? refusal(ctx.principal, "create", `this item of ${collection.slug}`)
        : explainWriteError(ctx, error, collection, trees, failedBatch),
  };
}

/** Whether the new row alone decides what of it the caller may read. */
function isDecidedAlone(policy: ReadPolicy): boolean {
  return !usesRelations(policy.where) && ![...(policy.fields?.values() ?? [])].some((m) => m && usesRelations(m));
}

function findAmong(collection: Collection, policy: ReadPolicy, ids: readonly string[]): Find {
  const where = hasIdAmong(collection, ids);
  return { collection, policy, where, select: null, sort: [], limit: { value: ids.length } };
}

function inOrderOf(rows: readonly Row[], found: readonly Row[]): Row[] {
  const byId = new Map(found.map((row) => [row.id, row]));
  return rows.map((row) => byId.get(row.id!) ?? { id: row.id! });
}

/** A new item as the caller may read it. Queries the database only if the row alone does not decide that. */
export async function showNew(ctx: RequestContext, collection: Collection, row: Row): Promise<Row> {
  const policy = readPolicy(ctx.catalog, ctx.principal, collection);
  if (policy && isDecidedAlone(policy)) return applyFieldPolicies(ctx, collection, policy, row);
  return (await showById(ctx, collection, [row.id as string]))[0]!;
}

/** Items as the caller may read them now. For an item that the caller may not see, only the id. */
export async function showById(ctx: RequestContext, collection: Collection, ids: readonly string[]): Promise<Row[]> {
  return (await findVisibleById(ctx, collection, ids)).map((row, i) => row ?? { id: ids[i]! });
}

/** The same, without the items that the caller may not see. */
export async function findVisibleById(
  ctx: RequestContext,
  collection: Collection,
  ids: readonly string[],
): Promise<(Row | undefined)[]> {
  const policy = readPolicy(ctx.catalog, ctx.principal, collection);
  if (!policy) return ids.map(() => undefined);
  const { rows } = await ctx.source(collection).store.find(findAmong(collection, policy, ids), bind(ctx, []));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}

function applyFieldPolicies(ctx: RequestContext, collection: Collection, policy: ReadPolicy, row: Row): Row {
  if (policy === FULL_ACCESS) return row;
  const bindings = bind(ctx, []);
  if (!isAlways(policy.where) && !evaluate(policy.where, row, bindings)) return { id: row.id! };
  if (!policy.fields) return row;
  const shown: JsonObject = {};
  for (const name of Object.keys(row)) {
    const condition = fieldPolicyOf(policy, name);
    if (condition === undefined) continue;
    const visible = condition === null || evaluate(condition, row, bindings);
    if (visible) shown[name] = row[name]!;
    else if (collection.byName.has(name)) shown[name] = null;
  }
  return shown;
}
