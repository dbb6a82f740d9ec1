import { hasAccount, MEMBER_ROLES, type MemberRole, memberRoleIn, PlinthError, type Principal } from "@plinth/core";

/** Requires a user or an operator who has signed in, with any rights. */
export function requireAccount(principal: Principal): void {
  if (hasAccount(principal)) return;
  if (principal.kind === "anonymous") throw new PlinthError("UNAUTHORIZED");
  throw new PlinthError("FORBIDDEN", "This needs a user who has signed in.");
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
