import { ACTIONS } from "./rule.ts";

/** Parts of the administration that a scoped key may be allowed to read or to change. */
export const KEY_AREAS = [
  "collections",
  "files",
  "rules",
  "users",
  "keys",
  "mail",
  "sign_in",
  "changes",
  "jobs",
  "runs",
  "server",
] as const;
export type KeyArea = (typeof KEY_AREAS)[number];
export type AdminAction = `${KeyArea}:${"read" | "write"}`;

/** Actions of the administration: they concern the whole workspace. */
export const ADMIN_ACTIONS: readonly AdminAction[] = KEY_AREAS.flatMap((area): AdminAction[] => [
  `${area}:read`,
  `${area}:write`,
]);

/** All that a scoped key can name: actions on items and channels, and those of the administration. */
export const KEY_ACTIONS = [...ACTIONS, ...ADMIN_ACTIONS] as const;
export type KeyAction = (typeof KEY_ACTIONS)[number];

/** What a scoped key is limited to, beyond what its roles may do. JSON: sockets store it. */
export interface KeyScope {
  readonly actions: readonly KeyAction[];
  /** Slugs of collections, and patterns of channels as rules name them. Null: all. */
  readonly collections: readonly string[] | null;
}

/** Whether a caller's key includes the action on the collection. It is true for every caller without a scope. */
export function isInScope(
  { scope }: { readonly scope?: KeyScope | undefined },
  collection: string,
  action: KeyAction,
): boolean {
  if (scope === undefined) return true;
  return scope.actions.includes(action) && (scope.collections?.includes(collection) ?? true);
}

/** Equal for equal scopes: for keys of caches. */
export function scopeKey({ actions, collections }: KeyScope): string {
  return `${actions.join()}/${collections?.join() ?? "*"}`;
}
