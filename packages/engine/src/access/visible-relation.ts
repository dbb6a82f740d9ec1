import type { Field, RelationRef } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { requireReadAccess } from "./read-policy.ts";
import { relationRef } from "./relation-ref.ts";

/** As the caller may follow it: without a read rule for each collection on the path there is no path. */
export function visibleRelation(ctx: RequestContext, field: Field, path: string): RelationRef {
  return relationRef(ctx.catalog, field, path, (c) => requireReadAccess(ctx.catalog, ctx.principal, c));
}
