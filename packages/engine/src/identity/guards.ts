import {
  ImpersonatedError,
  type KeyAction,
  MEMBER_ROLES,
  type MemberRole,
  memberRoleIn,
  PlinthError,
  type Principal,
  ROLE_ADMIN,
} from "@plinth/core";

/** Requires a signed-in user, with any rights. */
export function requireUser(principal: Principal): void {
  if (principal.kind !== "user") throw refusal(principal, "This needs a user who has signed in.");
}

const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** The same; an operator who acts as the user may look, and change nothing of the account or its sessions. */
export function requireUserToDo(principal: Principal, method: string): void {
  requireUser(principal);
  const { impersonator } = principal;
  if (impersonator !== undefined && !READS.has(method)) throw new ImpersonatedError(impersonator);
}

/** Full rights in the workspace: a user with the role `admin`, or a secret key. */
export function requireAdmin(principal: Principal): void {
  if (!principal.bypass) throw refusal(principal, "This needs the role admin or a secret key.");
}

/** The same, for what a scoped key may be allowed to do: with the role `admin`, it has the rights that its scope names. */
export function requireAdminRole(principal: Principal): void {
  if (!principal.scope || !principal.roles.includes(ROLE_ADMIN)) requireAdmin(principal);
}

/**
 * Refuses a scoped key that does not include the action, and a member whose role does not. Undefined: neither may do this.
 */
export function requireKeyAction(principal: Principal, action: KeyAction | undefined): void {
  const { scope } = principal;
  if (scope === undefined || (action !== undefined && scope.actions.includes(action))) return;
  const member = isOperator(principal);
  if (action === undefined) {
    throw new PlinthError(
      "FORBIDDEN",
      member ? "Your role in this workspace is not enough." : "A scoped key cannot do this.",
    );
  }
  const message = member
    ? `Your role in this workspace does not include ${action}.`
    : `This needs a key whose actions include ${action}.`;
  throw new PlinthError("FORBIDDEN", message, { action });
}

/** Rights over all workspaces. */
export function requireOperator(principal: Principal): void {
  if (!principal.operator) throw refusal(principal, "This needs an operator who owns the server.");
}

/** Whether the caller is an operator: of the whole server, or of workspaces of which it is a member. */
export function isOperator({ operator, memberships }: Principal): boolean {
  return operator || memberships !== undefined;
}

export function requireAnyOperator(principal: Principal): void {
  if (!isOperator(principal)) throw refusal(principal, "This needs an operator.");
}

/**
 * The caller's role in a workspace. Throws where it is lower than `least`, and where the caller is no member as if there
 * were no such workspace.
 */
export function requireMemberRole(principal: Principal, workspaceId: string, least: MemberRole): MemberRole {
  const role = memberRoleIn(principal, workspaceId);
  if (role === undefined) throw new PlinthError("NOT_FOUND", "There is no such workspace.");
  if (MEMBER_ROLES.indexOf(role) <= MEMBER_ROLES.indexOf(least)) return role;
  throw new PlinthError("FORBIDDEN", `This needs the role ${least} in this workspace; yours is ${role}.`, {
    role: least,
  });
}

function refusal(principal: Principal, message: string): PlinthError {
  return principal.kind === "anonymous" ? new PlinthError("UNAUTHORIZED") : new PlinthError("FORBIDDEN", message);
}
