import { PlinthError, type Principal } from "@plinth/core";

/** Requires a signed-in user, with any rights. */
export function requireUser(principal: Principal): void {
  if (principal.kind !== "user") throw refusal(principal, "This needs a user who has signed in.");
}

const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** The same; an operator who acts as the user may look, and change nothing of the account or its sessions. */
export function requireUserToDo(principal: Principal, method: string): void {
  requireUser(principal);
  if (principal.impersonator !== undefined && !READS.has(method)) throw new PlinthError("IMPERSONATED");
}

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
