/**
 * Plinth's client in React: live queries, lists, the session and offline sync as hooks.
 *
 * @module
 */
export { type AuthState, useAuth } from "./use-auth.ts";
export { type ListState, useList } from "./use-list.ts";
export { type LiveState, useLive } from "./use-live.ts";
export { useQuery } from "./use-query.ts";
export { useSync } from "./use-sync.ts";
