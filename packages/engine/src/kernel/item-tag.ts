import { callerKey, type Json } from "@plinth/core";
import { memoize, roleKey } from "./catalog.ts";
import type { RequestContext } from "./engine.ts";
import { hash32 } from "./hash32.ts";

/**
 * The entity tag of an answer with one item: its version, and what decides besides how the item looks to this caller:
 * the fields of its collection and the rules. Undefined: the answer has no version.
 */
export function itemTag({ catalog, principal }: RequestContext, data: Json): string | undefined {
  const version = typeof data === "object" && data !== null && !Array.isArray(data) ? data.version : undefined;
  if (typeof version !== "number") return undefined;
  const roles = roleKey(principal);
  // One client sees the item as several callers, whose fields may differ though their roles are the same.
  if (principal.viewer) return `"${version}-${hash32(`${catalog.revision}|${roles}|${callerKey(principal)}`)}"`;
  const look = memoize(catalog, `look|${roles}`, () => hash32(`${catalog.revision}|${roles}`));
  return `"${version}-${look}"`;
}
