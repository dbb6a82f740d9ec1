import {
  and,
  type Collection,
  type Condition,
  type DataError,
  type FieldChange,
  fieldsOf,
  isAlways,
  isUuid,
  type Json,
  type Mutation,
  type MutationResult,
  PlinthError,
  type Row,
  type Transition,
  uuidv7,
} from "@plinth/core";
import { readPolicy } from "../access/read-policy.ts";
import { isReportable, reportableNames, requireRightToGive } from "../access/writable-fields.ts";
import { replacementRefusal, requireUndoAccess, requireWriteAccess, type WritePolicy } from "../access/write-policy.ts";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasId, hasVersion } from "../read/conditions.ts";
import { byIdTree, notFound } from "../read/read.ts";
import { deletion } from "./deletion.ts";
import { explainDeleteError, explainWriteError } from "./errors.ts";
import { checkInput, fill } from "./input.ts";
import { changeRefusal } from "./operators.ts";
import { referenceChecks } from "./reference-access.ts";
import type { WriteStep } from "./write-batch.ts";

/** One item to change or delete. */
export interface ChangeTarget {
  readonly collection: Collection;
  readonly id: string;
  /** Versions that the item may have. Undefined: any. */
  readonly versions?: readonly number[] | undefined;
  /** Fail the batch if the item does not exist. Not needed for a single statement, which then has no effect. */
  readonly guarded: boolean;
  readonly operation?: number;
}

export interface ChangeStep extends WriteStep {
  /** The item as the caller may see it after the change. Throws if a single statement matched no row. */
  answer(results: readonly MutationResult[]): Promise<Row>;
}

/** The checked values that a change sets. For a replacement, absent fields are filled. */
export interface PreparedChange {
  readonly provided: readonly string[];
  readonly values: Row;
  readonly changes?: readonly FieldChange[];
  /** Document collections: merge instead of replace. */
  readonly merge: boolean;
}

interface ChangeOptions {
  /** The values were stored before, whoever wrote them. */
  readonly undo?: true;
  /** The values come from a collection, as in an import: their keys are data, whatever their names. */
  readonly stored?: true;
}

export function prepareChange(
  ctx: RequestContext,
  collection: Collection,
  body: Json,
  mode: "partial" | "replace",
  prefix = "",
  { undo, stored = undo }: ChangeOptions = {},
): PreparedChange {
  const { catalog, principal } = ctx;
  // A replacement writes every declared field, so a rule must allow them all.
  const replaced = mode === "replace" ? [...collection.stored.keys()].filter((n) => isDeclared(collection, n)) : [];
  const access = undo ? requireUndoAccess : requireWriteAccess;
  requireRightToGive(catalog, principal, collection, "update", body, [], access);
  if (!replaced.every((name) => isReportable(catalog, principal, collection, name))) throw replacementRefusal();
  requireRightToGive(catalog, principal, collection, "update", body, replaced, access);
  const names = reportableNames(catalog, principal, collection, "update");
  const input = checkInput(collection, body, mode, prefix, { names, stored });
  if (mode === "partial") return { ...input, merge: true };
  const values = fill(collection, input.values, {}, { variables: ctx.variables, uuid: () => uuidv7(ctx.now) });
  return { provided: [...new Set([...replaced, ...input.provided])], values, merge: false };
}

function isDeclared(collection: Collection, name: string): boolean {
  return collection.fields.some((field) => field.name === name);
}

export function changeStep(ctx: RequestContext, target: ChangeTarget, change: PreparedChange): ChangeStep {
  const { collection } = target;
  const { provided, values, changes, merge } = change;
  const replacesDocument = !merge && collection.kind === "document";
  const touched = { fields: provided, everyKey: replacesDocument };
  const policy = requireWriteAccess(ctx.catalog, ctx.principal, collection, "update", touched);
  const id = idOf(target);
  const full = ctx.principal.bypass;
  const own = and(hasId(collection, id), policy.where, hasVersion(collection, target.versions));
  const set: Row = { ...values, updated_at: ctx.variables.now };
  const trees: Mutation[] = [];
  if (target.guarded) trees.push({ kind: "guard", label: "target", collection, where: own, strict: true });
  const at = trees.length;
  const transitions = replacesDocument ? policy.transitions : transitionsFor(policy, provided);
  trees.push({
    kind: "update",
    collection,
    where: own,
    set,
    merge,
    ...(transitions && { transitions: { of: transitions, label: "check" } }),
    ...(changes && { changes }),
    ...(full && { returning: "row" }),
  });
  if (replacesDocument || mayBreak(policy, provided)) {
    const where = and(hasId(collection, id), policy.check);
    trees.push({ kind: "guard", label: "check", collection, where });
  }
  const readable = !full && readPolicy(ctx.catalog, ctx.principal, collection) !== null;
  if (readable) trees.push({ kind: "find", tree: byIdTree(ctx, collection.slug), values: [id] });
  return {
    trees,
    references: referenceChecks(ctx, collection, [{ row: values, provided, policy }], hasId(collection, id)),
    ...(target.operation !== undefined && { operation: target.operation }),
    async explain(error: DataError, reason, failedBatch) {
      const failed = reason?.startsWith("change:") && changes?.find((one) => one.label === reason);
      if (failed) return changeRefusal(failed, (name) => name);
      if (error.kind === "too_large" && changes) return changeRefusal(changes[0]!, (name) => name);
      if (error.kind === "guard") return (await missing(ctx, target, policy)) ?? forbidden(collection);
      return explainWriteError(ctx, error, collection, trees, failedBatch);
    },
    async answer(results) {
      const { changes: hits, rows } = results[at]!;
      if (hits === 0) throw (await missing(ctx, target, policy)) ?? notFound(collection.slug, id);
      if (full) return rows[0]!;
      return (readable && results.at(-1)!.rows[0]) || { id };
    },
  };
}

export interface DeleteStep extends WriteStep {
  answer(results: readonly MutationResult[]): Promise<{ id: string }>;
}

export function deleteStep(ctx: RequestContext, target: ChangeTarget): DeleteStep {
  const { collection } = target;
  const policy = requireWriteAccess(ctx.catalog, ctx.principal, collection, "delete", []);
  const id = idOf(target);
  const where = and(hasId(collection, id), policy.where, hasVersion(collection, target.versions));
  const trees: Mutation[] = [deletion(ctx.catalog, collection, where)];
  if (target.guarded) trees.unshift({ kind: "guard", label: "target", collection, where, strict: true });
  return {
    trees,
    ...(target.operation !== undefined && { operation: target.operation }),
    async explain(error) {
      if (error.kind === "guard") return (await missing(ctx, target, policy)) ?? forbidden(collection);
      return explainDeleteError(ctx, error, collection, [id]);
    },
    async answer(results) {
      if (results.at(-1)!.changes === 0) throw (await missing(ctx, target, policy)) ?? notFound(collection.slug, id);
      return { id };
    },
  };
}

function idOf({ collection, id }: ChangeTarget): string {
  if (!isUuid(id)) throw notFound(collection.slug, id);
  return id.toLowerCase();
}

/** Whether a write of these fields could create a row that the rule does not allow. */
export function mayBreak(policy: WritePolicy, provided: readonly string[]): boolean {
  if (isAlways(policy.check)) return false;
  if (!policy.checkFollows) return true;
  return touches(policy.check, provided);
}

/** The transitions that apply to a write of these fields, if any. */
export function transitionsFor(policy: WritePolicy, provided: readonly string[]): readonly Transition[] | undefined {
  const { transitions, checkFollows } = policy;
  if (!transitions || !checkFollows) return transitions;
  return transitions.some(({ after }) => touches(after, provided)) ? transitions : undefined;
}

function touches(condition: Condition, provided: readonly string[]): boolean {
  const touched = new Set([...provided, "updated_at", "version"]);
  return [...fieldsOf(condition)].some((field) => touched.has(field));
}

function forbidden(collection: Collection): PlinthError {
  return new PlinthError("FORBIDDEN", `No rule lets you make this change to ${collection.slug}.`);
}

/**
 * Why nothing was written: the current row shows whether it was access, the version, or the rule's check (undefined).
 */
async function missing(
  ctx: RequestContext,
  target: ChangeTarget,
  policy: WritePolicy,
): Promise<PlinthError | undefined> {
  const { collection, versions } = target;
  const id = idOf(target);
  const { rows } = await ctx.source(collection).store.find(
    {
      collection,
      policy: { where: policy.where, fields: null },
      where: hasId(collection, id),
      select: ["id", "version"],
      sort: [],
      limit: { value: 1 },
    },
    bind(ctx, []),
  );
  if (rows.length === 0) return notFound(collection.slug, id);
  const version = rows[0]!.version as number;
  if (!versions || versions.includes(version)) return undefined;
  const message =
    versions.length > 0
      ? `The item has version ${version}, not ${versions.join(" or ")}.`
      : `The item has version ${version}. A weak tag in If-Match never matches; send "${version}".`;
  return new PlinthError("PRECONDITION_FAILED", message, { version });
}
