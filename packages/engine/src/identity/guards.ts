import { PlinthError, type Principal } from "@plinth/core";

/** Full rights in the workspace: a user with the role `admin`, or a secret key. */
export function requireAdmin(principal: Principal): void {
  if (!principal.bypass) throw refusal(principal, "This needs the role admin or a secret key.");
}

/** Rights over all workspaces. */
export function requireOperator(principal: Principal): void {
  if (!principal.operator) throw refusal(principal, "This needs an operator.");
}

function refusal(principal: Principal, message: string): PlinthError {
  return principal.kind === "anonymous" ? new PlinthError("UNAUTHORIZED") : new PlinthError("FORBIDDEN", message);
}
