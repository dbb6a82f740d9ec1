import { invalid, type KeyAction, PlinthError, type Principal, ROLE_ADMIN } from "@plinth/core";

/** Whether the caller has these rights over all of the workspace. */
export function hasActions({ bypass, roles, scope }: Principal, actions: readonly KeyAction[]): boolean {
  if (bypass) return true;
  if (!scope || scope.collections !== null || !roles.includes(ROLE_ADMIN)) return false;
  return actions.every((action) => scope.actions.includes(action));
}

/** Throws FORBIDDEN, with the field that asks for them, for whoever lacks these rights over all of the workspace. */
export function requireActions(principal: Principal, actions: readonly KeyAction[], field: string): void {
  if (hasActions(principal, actions)) return;
  if (principal.kind === "anonymous") throw new PlinthError("UNAUTHORIZED");
  const message = `needs the role admin, a secret key, or the actions ${actions.join(", ")} on all collections with the role admin`;
  throw invalid(field, message, "FORBIDDEN");
}
