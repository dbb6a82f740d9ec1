import type { Bindings, FieldValue } from "@plinth/core";
import type { RequestContext } from "./engine.ts";

/** All callers without credentials, who share what one caller may take. */
const ANONYMOUS = "anonymous";

/** What a request binds to a tree. */
export function bind({ variables }: RequestContext, values: readonly FieldValue[]): Bindings {
  return { values, variables, maxBytes: undefined, caller: undefined };
}

/** The same for a read that may be slow: it says whose it is. */
export function bindSlow(
  { principal, variables }: RequestContext,
  values: readonly FieldValue[],
  maxBytes?: number,
): Bindings {
  return { values, variables, maxBytes, caller: principal.viewer?.name ?? principal.id ?? ANONYMOUS };
}
