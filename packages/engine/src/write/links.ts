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
  reachesOut,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-access.ts";
import { requireWriteAccess, type WriteAccess } from "../access/write-access.ts";
import type { Scope } from "../kernel/engine.ts";
import { hasId, hasIdAmong, hasValues } from "../read/conditions.ts";
import { mayBreak, transitionsFor } from "./change.ts";
import { prepareCreate } from "./create.ts";
import { deletion } from "./deletion.ts";
import { explainDeleteError, explainWriteError } from "./errors.ts";
import type { Part } from "./plan.ts";

/** Links between items that are there: a relation that points back, or the rows of a junction. */

export interface List {
  readonly field: Field;
  /** The items at the other end. */
  readonly target: Collection;
  /** Points to the owner, in `target` or in the junction. */
  readonly via: Field;
  /** Its `to` points to `target`. */
  readonly junction?: { readonly collection: Collection; readonly to: Field };
}

/** Where a part belongs in the caller's body, and in its batch. */
export interface Place {
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

/** The other item's relation is set to the owner; one that is linked already stays as it is. */
export function linkPart(scope: Scope, { target, via }: List, owner: string, id: string, place: Place): Part {
  const access = requireWriteAccess(scope.catalog, scope.principal, target, "update", [via.name]);
  const own = and(hasId(target, id), access.where);
  const set = { [via.name]: owner, updated_at: scope.variables.now };
  const trees: Mutation[] = [
    { kind: "guard", label: "target", collection: target, where: own, strict: true },
    {
      kind: "update",
      collection: target,
      where: and(own, not(equals(via, owner))),
      set,
      merge: true,
      ...transitionsIn(access, via),
    },
  ];
  if (mayBreak(access, [via.name]))
    trees.push({ kind: "guard", label: "check", collection: target, where: and(hasId(target, id), access.check) });
  return {
    trees,
    ...place,
    explain(error, reason, around) {
      if (error.kind !== "guard") return explainWriteError(scope, error, target, trees, around);
      return reason === "target" ? noSuchItem(target) : forbidden(target);
    },
  };
}

function transitionsIn(access: WriteAccess, via: Field) {
  const transitions = transitionsFor(access, [via.name]);
  return transitions && { transitions: { of: transitions, label: "check" } };
}

/** Clears the relation of one item, or with `keep` of all but these. */
export function unlinkPart(
  scope: Scope,
  { target, via }: List,
  owner: string,
  which: { readonly id: string } | { readonly keep: readonly string[] },
  place: Place,
): Part {
  const access = requireWriteAccess(scope.catalog, scope.principal, target, "update", [via.name]);
  const chosen = "id" in which ? hasId(target, which.id) : not(hasIdAmong(target, which.keep));
  const linked = and(chosen, equals(via, owner));
  const none = (label: string, where: Condition): Mutation => ({
    kind: "guard",
    label,
    collection: target,
    where,
    expect: "none",
  });
  const trees: Mutation[] = [none("rule", and(linked, not(access.where)))];
  if (via.required) trees.push(none("required", linked));
  else {
    const set = { [via.name]: null, updated_at: scope.variables.now };
    const where = and(linked, access.where);
    trees.push({ kind: "update", collection: target, where, set, merge: true, ...transitionsIn(access, via) });
  }
  return {
    trees,
    ...place,
    explain(error, reason, around) {
      if (reason === "required")
        return new PlinthError(
          "VALIDATION",
          `${via.name} of ${target.slug} is required, so an item cannot be unlinked`,
          {
            field: "",
          },
        );
      return error.kind === "guard" ? forbidden(target) : explainWriteError(scope, error, target, trees, around);
    },
  };
}

/** A row of the junction. Where the pair is unique and there already, it only takes over what `extra` gives. */
export function joinPart(
  scope: Scope,
  { target, via, junction }: List,
  owner: string,
  id: string,
  extra: JsonObject,
  place: Place & { readonly fresh: boolean },
): Part {
  const { collection, to } = junction!;
  const body: JsonObject = { ...extra, [via.name]: owner, [to.name]: id };
  const prepared = prepareCreate(scope, collection, body as Json, `${place.path}.$junction`);
  const { row, access } = prepared;
  const pair = collection.uniqueTogether?.find(
    (set) => set.length === 2 && set.includes(via.name) && set.includes(to.name),
  );
  const update = pair && !place.fresh ? Object.keys(extra) : [];
  const updateAccess = update.length > 0 ? updateAccessOf(scope, collection, update) : undefined;
  const trees: Mutation[] = [];
  if (!place.fresh) {
    const asked = { access: requireReadAccess(scope.catalog, scope.principal, target), where: ALWAYS };
    trees.push({ kind: "guard", label: "target", collection: target, where: hasId(target, id), asked, strict: true });
  }
  const transitions = updateAccess && transitionsFor(updateAccess, update);
  const onConflict = pair &&
    !place.fresh && {
      fields: pair,
      update: updateAccess ? [...update, "updated_at"] : null,
      where: updateAccess?.where ?? ALWAYS,
      ...(transitions && { transitions }),
      label: "rule",
    };
  trees.push({ kind: "insert", collection, rows: [row], ...(onConflict && { onConflict }) });
  const where = hasValues(collection, [via.name, to.name], row);
  if (reachesOut(access.check))
    trees.push({ kind: "guard", label: "check", collection, where: and(where, access.check) });
  if (updateAccess && mayBreak(updateAccess, update))
    trees.push({ kind: "guard", label: "check", collection, where: and(where, updateAccess.check) });
  return {
    trees,
    path: place.path,
    ...(place.operation !== undefined && { operation: place.operation }),
    explain(error, reason, around) {
      if (reason === "target") return noSuchItem(target);
      if (error.kind === "guard") return forbidden(collection);
      return explainWriteError(scope, error, collection, trees, around);
    },
  };
}

/** Without the right to update, only a link that is there already is refused. */
function updateAccessOf(scope: Scope, collection: Collection, fields: readonly string[]): WriteAccess {
  try {
    return requireWriteAccess(scope.catalog, scope.principal, collection, "update", fields);
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    return { where: NEVER, check: ALWAYS, checkFollows: true, presets: {} };
  }
}

/** Takes the junction's rows away: of one item, or with `keep` of all but these. */
export function partPart(
  scope: Scope,
  { via, junction }: List,
  owner: string,
  which: { readonly id: string } | { readonly keep: readonly string[] },
  place: Place,
): Part {
  const { collection, to } = junction!;
  const access = requireWriteAccess(scope.catalog, scope.principal, collection, "delete", []);
  const chosen = "id" in which ? equals(to, which.id) : not(among(to, which.keep));
  const linked = and(equals(via, owner), chosen);
  const kept = and(linked, not(access.where));
  return {
    trees: [
      { kind: "guard", label: "rule", collection, where: kept, expect: "none" },
      deletion(scope.catalog, collection, and(linked, access.where)),
    ],
    ...place,
    explain: (error) => (error.kind === "guard" ? forbidden(collection) : explainDeleteError(scope, error, collection)),
  };
}
