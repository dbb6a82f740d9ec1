import { type Collection, type Condition, type Field, fieldPolicyOf, isReference } from "@plinth/core";
import { readPolicy } from "../access/read-policy.ts";
import { bindSlow } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";

export interface Referrer {
  readonly collection: string;
  readonly field: string;
  readonly items: number;
}

/** The items that refer to these and prevent their deletion, as far as the caller may read them. */
export async function referrersOf(
  ctx: RequestContext,
  target: Collection,
  ids: readonly string[],
): Promise<Referrer[]> {
  const found: Referrer[] = [];
  for (const collection of ctx.catalog.collections.values()) {
    const policy = readPolicy(ctx.catalog, ctx.principal, collection);
    for (const field of collection.fields) {
      if (!policy || !holds(field, target) || fieldPolicyOf(policy, field.name) === undefined) continue;
      const where: Condition = { kind: "in", ref: { field }, negated: false, operand: { value: [...ids] } };
      const items = await ctx.source(collection).store.count({ collection, policy, where }, bindSlow(ctx, []));
      if (items > 0) found.push({ collection: collection.slug, field: field.name, items });
    }
  }
  return found;
}

function holds(field: Field, target: Collection): boolean {
  return isReference(field) && field.to === target.slug && (field.on_delete ?? "restrict") === "restrict";
}
