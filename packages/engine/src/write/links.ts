import {
  ALWAYS,
  and,
  type Collection,
  type Condition,
  type Field,
  type Json,
  type JsonObject,
  type Mutation,
  NEVER,
  not,
  PlinthError,
  usesRelations,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-policy.ts";
import { requireWriteAccess, type WritePolicy } from "../access/write-policy.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasId, hasIdAmong, hasValues } from "../read/conditions.ts";
import { mayBreak, transitionsFor } from "./change.ts";
import { prepareCreate } from "./create.ts";
import { deletion } from "./deletion.ts";
import { explainDeleteError, explainWriteError } from "./errors.ts";
import { type ReferenceCheck, referenceChecks } from "./reference-access.ts";
import { referenceLimits } from "./reference-limits.ts";
import type { WriteStep } from "./write-batch.ts";

/** Links between existing items: a relation that points back, or the rows of a junction. */

export interface List {
  readonly field: Field;
  /** The items at the other end. */
  readonly target: Collection;
  /** Points to the owner, from `target` or from the junction. */
  readonly via: Field;
  /** Its `to` points to `target`. */
  readonly junction?: {
    readonly collection: Collection;
    readonly to: Field;
    /** Holds the place of each item, where the list has an order of its own. */
    readonly order?: Field | undefined;
  };
}

/** The position of a step in the caller's body and in its batch. */
export interface BodyLocation {
  readonly path: string;
  readonly operation?: number | undefined;
}

function equals(field: Field, value: string): Condition {
  return { kind: "compare", ref: { field }, op: "eq", operand: { value } };
}

function among(field: Field, values: readonly string[]): Condition {
  return { kind: "in", ref: { field }, negated: false, operand: { value: [...values] } };
}

const noSuchItem = (target: Collection): PlinthError =>
  new PlinthError("REFERENCE_NOT_FOUND", `There is no such item in ${target.slug}, or you may not link it.`, {});

const forbidden = (collection: Collection): PlinthError =>
  new PlinthError("FORBIDDEN", `No rule lets you change these links of ${collection.slug}.`);

/** Sets the other item's relation to the owner. An item that is already linked stays unchanged. */
export function linkStep(
  ctx: RequestContext,
  { target, via }: List,
  owner: string,
  id: string,
  location: BodyLocation,
): WriteStep {
  const policy = requireWriteAccess(ctx.catalog, ctx.principal, target, "update", [via.name]);
  const own = and(hasId(target, id), policy.where);
  const set = { [via.name]: owner, updated_at: ctx.variables.now };
  const trees: Mutation[] = [
    { kind: "guard", label: "target", collection: target, where: own, strict: true },
    {
      kind: "update",
      collection: target,
      where: and(own, not(equals(via, owner))),
      set,
      merge: true,
      ...transitionsIn(policy, via),
    },
  ];
  if (mayBreak(policy, [via.name]))
    trees.push({ kind: "guard", label: "check", collection: target, where: and(hasId(target, id), policy.check) });
  return {
    trees,
    references: referenceLimits(ctx, target, [{ row: { [via.name]: owner } }]),
    ...location,
    explain(error, reason, failedBatch) {
      if (error.kind !== "guard") return explainWriteError(ctx, error, target, trees, failedBatch);
      return reason === "target" ? noSuchItem(target) : forbidden(target);
    },
  };
}

function transitionsIn(policy: WritePolicy, via: Field) {
  const transitions = transitionsFor(policy, [via.name]);
  return transitions && { transitions: { of: transitions, label: "check" } };
}

/** Clears the relation of one item, or with `keep` of all except these. */
export function unlinkStep(
  ctx: RequestContext,
  { target, via }: List,
  owner: string,
  which: { readonly id: string } | { readonly keep: readonly string[] },
  location: BodyLocation,
): WriteStep {
  const policy = requireWriteAccess(ctx.catalog, ctx.principal, target, "update", [via.name]);
  const chosen = "id" in which ? hasId(target, which.id) : not(hasIdAmong(target, which.keep));
  const linked = and(chosen, equals(via, owner));
  const none = (label: string, where: Condition): Mutation => ({
    kind: "guard",
    label,
    collection: target,
    where,
    expect: "none",
  });
  const trees: Mutation[] = [none("rule", and(linked, not(policy.where)))];
  if (via.required) trees.push(none("required", linked));
  else {
    const set = { [via.name]: null, updated_at: ctx.variables.now };
    const where = and(linked, policy.where);
    trees.push({ kind: "update", collection: target, where, set, merge: true, ...transitionsIn(policy, via) });
  }
  return {
    trees,
    ...location,
    explain(error, reason, failedBatch) {
      if (reason === "required")
        return new PlinthError(
          "VALIDATION",
          `${via.name} of ${target.slug} is required, so an item cannot be unlinked`,
          {
            field: "",
          },
        );
      return error.kind === "guard" ? forbidden(target) : explainWriteError(ctx, error, target, trees, failedBatch);
    },
  };
}

/**
 * Inserts a junction row, with the fields of `extra` and, where `extra` lacks them, of `initial`. If the pair is unique and already linked,
 * only the fields of `extra` are updated.
 */
export function joinStep(
  ctx: RequestContext,
  { target, via, junction }: List,
  owner: string,
  id: string,
  extra: JsonObject,
  { initial, ...location }: BodyLocation & { readonly fresh: boolean; readonly initial?: JsonObject },
): WriteStep {
  const { collection, to } = junction!;
  const body: JsonObject = { ...initial, ...extra, [via.name]: owner, [to.name]: id };
  const prepared = prepareCreate(ctx, collection, body as Json, `${location.path}.$junction`);
  const { row, policy } = prepared;
  const pair = collection.unique_together?.find(
    (set) => set.length === 2 && set.includes(via.name) && set.includes(to.name),
  );
  const update = pair && !location.fresh ? Object.keys(extra) : [];
  const updatePolicy = update.length > 0 ? updatePolicyOf(ctx, collection, update) : undefined;
  const trees: Mutation[] = [];
  const transitions = updatePolicy && transitionsFor(updatePolicy, update);
  const on_conflict = pair &&
    !location.fresh && {
      fields: pair,
      update: updatePolicy ? [...update, "updated_at"] : null,
      where: updatePolicy?.where ?? ALWAYS,
      ...(transitions && { transitions }),
      label: "rule",
    };
  trees.push({ kind: "insert", collection, rows: [row], ...(on_conflict && { on_conflict }) });
  const where = hasValues(collection, [via.name, to.name], row);
  if (usesRelations(policy.check))
    trees.push({ kind: "guard", label: "check", collection, where: and(where, policy.check) });
  if (updatePolicy && mayBreak(updatePolicy, update))
    trees.push({ kind: "guard", label: "check", collection, where: and(where, updatePolicy.check) });
  return {
    trees,
    // First whether the caller may read the item, then whether it may go along with its link, and what it has to be.
    references: [
      ...(location.fresh ? [] : [targetCheck(ctx, target, id)]),
      ...referenceChecks(
        ctx,
        collection,
        [{ row, provided: [...Object.keys(extra), ...(to.delete_with_item ? [to.name] : [])], policy }],
        equals(via, owner),
      ),
    ],
    path: location.path,
    ...(location.operation !== undefined && { operation: location.operation }),
    explain(error, _reason, failedBatch) {
      if (error.kind === "guard") return forbidden(collection);
      return explainWriteError(ctx, error, collection, trees, failedBatch);
    },
  };
}

function targetCheck(ctx: RequestContext, target: Collection, id: string): ReferenceCheck {
  const callerFilter = { policy: requireReadAccess(ctx.catalog, ctx.principal, target), where: ALWAYS };
  const guard = { kind: "guard", label: "target", collection: target, where: hasId(target, id), callerFilter } as const;
  return { label: "target", guard: () => ({ ...guard, strict: true }), refusal: () => noSuchItem(target) };
}

/** Without the right to update, only an already linked pair is refused. */
function updatePolicyOf(ctx: RequestContext, collection: Collection, fields: readonly string[]): WritePolicy {
  try {
    return requireWriteAccess(ctx.catalog, ctx.principal, collection, "update", fields);
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    return { where: NEVER, check: ALWAYS, checkFollows: true, presets: {} };
  }
}

/** Deletes junction rows: of one item, or with `keep` of all except these. */
export function detachStep(
  ctx: RequestContext,
  { via, junction }: List,
  owner: string,
  which: { readonly id: string } | { readonly keep: readonly string[] },
  location: BodyLocation,
): WriteStep {
  const { collection, to } = junction!;
  const policy = requireWriteAccess(ctx.catalog, ctx.principal, collection, "delete", []);
  const chosen = "id" in which ? equals(to, which.id) : not(among(to, which.keep));
  const linked = and(equals(via, owner), chosen);
  const kept = and(linked, not(policy.where));
  return {
    trees: [
      { kind: "guard", label: "rule", collection, where: kept, expect: "none" },
      deletion(ctx.catalog, collection, and(linked, policy.where)),
    ],
    ...location,
    explain: (error) => (error.kind === "guard" ? forbidden(collection) : explainDeleteError(ctx, error, collection)),
  };
}
