import { type Action, type Collection, fieldPolicyOf, isObject, type Json, type Principal } from "@plinth/core";
import { type Catalog, memoize, roleKey } from "../kernel/catalog.ts";
import { readPolicy } from "./read-policy.ts";
import { mayTouch, requireWriteAccess } from "./write-policy.ts";

/**
 * Refuses a body before its values are checked: errors about values reveal the collection's fields, so only callers who
 * may write the fields get them. `names` are further fields of the write, `access` is what it needs.
 */
export function requireRightToGive(
  catalog: Catalog,
  principal: Principal,
  collection: Collection,
  action: Exclude<Action, "read" | "delete">,
  body: Json,
  names: readonly string[] = [],
  access: typeof requireWriteAccess = requireWriteAccess,
): void {
  if (principal.bypass) return;
  const provided = isObject(body) ? collection.fields.filter(({ name }) => Object.hasOwn(body, name)) : [];
  const fields = [...new Set([...provided.map(({ name }) => name), ...names])];
  access(catalog, principal, collection, action, fields);
}

/** Whether an error about a write, or a schema of one, may name the field. */
export function isReportable(catalog: Catalog, principal: Principal, collection: Collection, field: string): boolean {
  if (principal.bypass || field === "id") return true;
  const read = readPolicy(catalog, principal, collection);
  if (read !== null && fieldPolicyOf(read, field) !== undefined) return true;
  return (["create", "update"] as const).some((action) => mayTouch(catalog, principal, collection, action, field));
}

/** The declared fields that an error may list: those that the caller may see, or write by this action. */
export function reportableNames(
  catalog: Catalog,
  principal: Principal,
  collection: Collection,
  action: Exclude<Action, "read" | "delete">,
): readonly string[] {
  const names = collection.fields.map(({ name }) => name);
  if (principal.bypass) return names;
  return memoize(catalog, `reportable|${action}|${roleKey(principal)}|${collection.slug}`, () => {
    const read = readPolicy(catalog, principal, collection);
    const shown = (name: string): boolean => read !== null && fieldPolicyOf(read, name) !== undefined;
    return names.filter((name) => shown(name) || mayTouch(catalog, principal, collection, action, name));
  });
}
