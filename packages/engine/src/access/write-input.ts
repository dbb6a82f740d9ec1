import { type Action, type Collection, isObject, type Json, maskOf, type Principal } from "@plinth/core";
import { type Catalog, derive, rightsKey } from "../kernel/catalog.ts";
import { readAccess } from "./read-access.ts";
import { mayTouch, requireWriteAccess } from "./write-access.ts";

/**
 * Refuses a body before anything of it is checked: what is wrong with values tells what a collection is like, which is
 * for those only who may write the fields. `names` are further fields that come with it.
 */
export function requireRightToGive(
  catalog: Catalog,
  principal: Principal,
  collection: Collection,
  action: Exclude<Action, "read" | "delete">,
  body: Json,
  names: readonly string[] = [],
): void {
  if (principal.bypass) return;
  const given = isObject(body) ? collection.fields.filter(({ name }) => Object.hasOwn(body, name)) : [];
  const fields = [...new Set([...given.map(({ name }) => name), ...names])];
  requireWriteAccess(catalog, principal, collection, action, fields);
}

/** The declared fields that an error may list: those that the caller may see, or write by this action. */
export function namesToTell(
  catalog: Catalog,
  principal: Principal,
  collection: Collection,
  action: Exclude<Action, "read" | "delete">,
): readonly string[] {
  const names = collection.fields.map(({ name }) => name);
  if (principal.bypass) return names;
  return derive(catalog, `tell|${action}|${rightsKey(principal)}|${collection.slug}`, () => {
    const read = readAccess(catalog, principal, collection);
    const shown = (name: string): boolean => read !== null && maskOf(read, name) !== undefined;
    return names.filter((name) => shown(name) || mayTouch(catalog, principal, collection, action, name));
  });
}
