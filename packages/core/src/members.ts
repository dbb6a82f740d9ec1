import { type Principal, ROLE_ADMIN, ROLE_AUTHENTICATED, ROLE_PUBLIC } from "./principal.ts";
import { ADMIN_ACTIONS, type KeyAction } from "./rules/key-scope.ts";
import { ACTIONS } from "./rules/rule.ts";

/** What an operator may do in a workspace that it is a member of; the first may most. */
export const MEMBER_ROLES = ["owner", "admin", "developer", "editor", "viewer"] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/** Developers change what the product is made of, and no accounts, keys or ways to sign in. */
const DEVELOPED: ReadonlySet<string> = new Set([
  "collections:write",
  "files:write",
  "rules:write",
  "mail:write",
  "jobs:write",
]);
const READS = ADMIN_ACTIONS.filter((action) => action.endsWith(":read"));

/** The actions of the roles that do not have all. No rule binds them. */
const LIMITED: Readonly<Record<Exclude<MemberRole, "owner" | "admin">, readonly KeyAction[]>> = {
  developer: [...ACTIONS, ...ADMIN_ACTIONS.filter((action) => action.endsWith(":read") || DEVELOPED.has(action))],
  editor: [...ACTIONS, ...READS],
  viewer: ["read", ...READS],
};

const ROLES = [ROLE_PUBLIC, ROLE_AUTHENTICATED, ROLE_ADMIN];

/** A member's rights over items and the administration of a workspace. */
export function memberRights(role: MemberRole): Pick<Principal, "roles" | "bypass" | "scope"> {
  if (role === "owner" || role === "admin") return { roles: ROLES, bypass: true };
  return { roles: ROLES, bypass: false, scope: { actions: LIMITED[role], collections: null } };
}

/** The operator in a workspace, with the rights that it has there. Null: it may do nothing there. */
export function operatorIn(principal: Principal, workspaceId: string): Principal | null {
  const role = memberRoleIn(principal, workspaceId);
  if (role === undefined) return null;
  const { scope: _, ...operator } = principal;
  return { ...operator, workspaceId, ...memberRights(role) };
}

/** Who owns the server may do in every workspace what its owners may. Undefined: no member. */
export function memberRoleIn({ operator }: Pick<Principal, "operator">, workspaceId: string): MemberRole | undefined {
  if (operator?.owner) return "owner";
  const roles = operator?.memberships;
  return roles && Object.hasOwn(roles, workspaceId) ? roles[workspaceId] : undefined;
}
