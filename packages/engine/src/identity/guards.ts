import { type KeyAction, PlinthError, type Principal, ROLE_ADMIN } from "@plinth/core";

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

/** The same, for what a scoped key may be allowed to do: with the role `admin`, it has the rights that its scope names. */
export function requireAdminRole(principal: Principal): void {
  if (!principal.scope || !principal.roles.includes(ROLE_ADMIN)) requireAdmin(principal);
}

/** Refuses a scoped key that does not include the action. Undefined: no scoped key may do this. */
export function requireKeyAction({ scope }: Principal, action: KeyAction | undefined): void {
  if (scope === undefined || (action !== undefined && scope.actions.includes(action))) return;
  if (action === undefined) throw new PlinthError("FORBIDDEN", "A scoped key cannot do this.");
  throw new PlinthError("FORBIDDEN", `This needs a key whose actions include ${action}.`, { action });
}

/** Rights over all workspaces. */
export function requireOperator(principal: Principal): void {
  if (!principal.operator) throw refusal(principal, "This needs an operator.");
}

function refusal(principal: Principal, message: string): PlinthError {
  return principal.kind === "anonymous" ? new PlinthError("UNAUTHORIZED") : new PlinthError("FORBIDDEN", message);
}
