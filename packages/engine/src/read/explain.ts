import { type Json, PlinthError } from "@plinth/core";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { missingIndex } from "../kernel/index-hint.ts";
import type { ListQuery } from "./list-query.ts";

/** `explain=1`: the statement and its plan. Reveals tables and rules, so it requires full rights. */
export async function explainList(ctx: RequestContext, { tree, values }: ListQuery): Promise<Record<string, Json>> {
  if (!ctx.principal.bypass)
    throw new PlinthError("FORBIDDEN", "Only administrators and secret keys may use explain.", { field: "explain" });
  const explained = await ctx.source(tree.collection).store.explain(tree, bind(ctx, values));
  const { statement, plan, scans } = explained;
  const { collection, policy, where, sort } = tree;
  const index = missingIndex(explained, collection, [policy.where, where], sort);
  return { statement, plan: [...plan], scans: [...scans], index };
}
