import type { Bindings, FieldValue } from "@plinth/core";
import type { RequestContext } from "./engine.ts";

/** All callers without credentials, who share what one caller may take. */
const ANONYMOUS = "anonymous";

/** What a request binds to a tree. */
export function bind(
  { principal, variables }: RequestContext,
  values: readonly FieldValue[],
  maxBytes?: number,
): Bindings {
  return { values, variables, maxBytes, caller: principal.id ?? ANONYMOUS };
}
