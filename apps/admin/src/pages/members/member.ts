import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { MEMBER_ROLES, type MemberRole } from "../../api/member-role.ts";
import { useWorkspace } from "../../api/workspace.ts";

const BELOW_OWNER = MEMBER_ROLES.filter((role) => role !== "owner");
const NONE: readonly MemberRole[] = [];

/** The roles that the operator may give and take: only owners make and change owners. */
export function useAssignableRoles(): readonly MemberRole[] {
  const { rights } = useWorkspace();
  if (!rights.administer) return NONE;
  return rights.own ? MEMBER_ROLES : BELOW_OWNER;
}

/** An operator who may act in the workspace. */
export interface Member {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
  readonly created_at: string;
}

export interface MemberInvitation {
  readonly id: string;
  readonly email: string;
  readonly role: MemberRole;
  readonly created_at: string;
  readonly expires_at: string;
  readonly state: "open" | "accepted" | "revoked" | "expired";
}

export const ROLE_NOTES: Readonly<Record<MemberRole, MessageDescriptor>> = {
  owner: msg`Everything in the workspace, and its end: rename, archive, delete.`,
  admin: msg`Everything in the workspace; invites and removes members who are not owners.`,
  developer: msg`Reads and changes items, collections and rules; reads the rest, but not the security log.`,
  editor: msg`Reads and changes items; reads the rest, but not the security log.`,
  viewer: msg`Reads items and the administration, but not the security log.`,
};
