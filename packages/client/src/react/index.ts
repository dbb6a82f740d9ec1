/**
 * Plinth's client in React: live queries, lists and the session as hooks.
 *
 * @module
 */
export { type AuthState, useAuth } from "./use-auth.ts";
export { type ListState, useList } from "./use-list.ts";
export { type LiveState, useLive } from "./use-live.ts";
