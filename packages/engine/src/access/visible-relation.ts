import type { Field, RelationRef } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { requireReadAccess } from "./read-policy.ts";
import { relationRef } from "./relation-ref.ts";

/** As the caller may follow it: every collection on the path needs a read rule for the caller. */
export function visibleRelation(ctx: RequestContext, field: Field, path: string): RelationRef {
  return relationRef(ctx.catalog, field, path, (c) => requireReadAccess(ctx.catalog, ctx.principal, c));
}
