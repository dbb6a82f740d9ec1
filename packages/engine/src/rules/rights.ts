import {
  type Action,
  type Collection,
  type Condition,
  isAlways,
  isBuiltInField,
  isNever,
  NEVER,
  PlinthError,
  type Principal,
  ROLE_ADMIN,
  type Rule,
} from "@plinth/core";
import { readPolicy, rulesFor } from "../access/read-policy.ts";
import { mayTouch, requireWriteAccess } from "../access/write-policy.ts";
import type { Catalog } from "../kernel/catalog.ts";

export const RIGHT_STATES = ["open", "conditional", "closed"] as const;

/** What a principal may do with the items of one collection, by one action. */
export interface Right {
  /** `open`: with every item. `conditional`: with those that satisfy conditions. */
  readonly state: (typeof RIGHT_STATES)[number];
  /** Why it is closed, where no rule is the reason. */
  readonly note?: string;
  /** The rules that bear on it, in the order of their creation. */
  readonly allow: readonly Rule[];
  readonly deny: readonly Rule[];
  /** Those that allow every item. */
  readonly unconditional: readonly Rule[];
}

/** By the same policies as a request. */
export function rightOf(catalog: Catalog, principal: Principal, collection: Collection, action: Action): Right {
  const { allow, deny } = rulesFor(catalog, principal, collection, action);
  // What a scoped key with the role admin may do follows from no rule.
  const rules = allow.filter(({ rule }) => rule.id !== ROLE_ADMIN);
  const found = {
    allow: rules.map(({ rule }) => rule),
    deny: deny.map(({ rule }) => rule),
    unconditional: rules
      .filter(({ condition, check }) => isAlways(action === "create" ? check : condition))
      .map(({ rule }) => rule),
  };
  try {
    return { state: stateOf(conditionsOf(catalog, principal, collection, action)), ...found };
  } catch (error) {
    if (!(error instanceof PlinthError) || error.status >= 500) throw error;
    return { state: "closed", ...(collection.system && { note: error.message }), ...found };
  }
}

function stateOf(conditions: readonly Condition[]): Right["state"] {
  if (conditions.some(isNever)) return "closed";
  return conditions.every(isAlways) ? "open" : "conditional";
}

/** What must hold for an item. Throws where the action is refused whatever the item is. */
function conditionsOf(catalog: Catalog, principal: Principal, collection: Collection, action: Action): Condition[] {
  if (action === "read") return [readPolicy(catalog, principal, collection)?.where ?? NEVER];
  const { where, check } = requireWriteAccess(catalog, principal, collection, action, []);
  if (action === "create") return [check];
  return action === "update" ? [where, check] : [where];
}

/** The fields that may be read or written. Null: all. */
export function permittedFields(
  catalog: Catalog,
  principal: Principal,
  collection: Collection,
  action: Action,
): string[] | null {
  if (principal.bypass || action === "delete") return null;
  if (action === "read") {
    const policy = readPolicy(catalog, principal, collection);
    if (!policy) return [];
    return policy.fields && [...policy.fields.keys()];
  }
  const { allow, deny } = rulesFor(catalog, principal, collection, action);
  const { system } = collection;
  const named = [...allow, ...deny].flatMap(({ rule }) => rule.fields ?? []);
  const names = new Set([...collection.fields.map(({ name }) => name), ...named]);
  const allowed = [...names].filter(
    (name) =>
      !(system && (isBuiltInField(system, name) || name === "owner_id")) &&
      mayTouch(catalog, principal, collection, action, name),
  );
  const isOpen = allow.some(({ rule }) => !rule.fields);
  return isOpen && collection.fields.every(({ name }) => allowed.includes(name)) ? null : allowed;
}
