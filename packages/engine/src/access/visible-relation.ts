import type { Field, RelationRef } from "@plinth/core";
import type { Scope } from "../kernel/engine.ts";
import { requireReadAccess } from "./read-access.ts";
import { relationRef } from "./relation-ref.ts";

/** As the caller may walk it: without a read rule on the way there is no way. */
export function visibleRelation(scope: Scope, field: Field, path: string): RelationRef {
  return relationRef(scope.catalog, field, path, (c) => requireReadAccess(scope.catalog, scope.principal, c));
}
