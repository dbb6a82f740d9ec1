import { type Collection, type Condition, type Field, isReference, maskOf } from "@plinth/core";
import { readAccess } from "../access/read-access.ts";
import type { Scope } from "../kernel/engine.ts";
import { bind } from "./read.ts";

export interface Referrer {
  readonly collection: string;
  readonly field: string;
  readonly items: number;
}

/** Where items refer to these and keep them from being deleted, as far as the caller may read that. */
export async function referrersOf(scope: Scope, target: Collection, ids: readonly string[]): Promise<Referrer[]> {
  const found: Referrer[] = [];
  for (const collection of scope.catalog.collections.values()) {
    const access = readAccess(scope.catalog, scope.principal, collection);
    for (const field of collection.fields) {
      if (!access || !holds(field, target) || maskOf(access, field.name) === undefined) continue;
      const where: Condition = { kind: "in", ref: { field }, negated: false, operand: { value: [...ids] } };
      const items = await scope.source(collection).store.count({ collection, access, where }, bind(scope, []));
      if (items > 0) found.push({ collection: collection.slug, field: field.name, items });
    }
  }
  return found;
}

function holds(field: Field, target: Collection): boolean {
  return isReference(field) && field.to === target.slug && (field.onDelete ?? "restrict") === "restrict";
}
