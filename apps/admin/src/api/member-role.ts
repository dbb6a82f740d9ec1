import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export const MEMBER_ROLES = ["owner", "admin", "developer", "editor", "viewer"] as const;

/** What an operator may do in a workspace as its member. */
export type MemberRole = (typeof MEMBER_ROLES)[number];

export const ROLE_NAMES: Readonly<Record<MemberRole, MessageDescriptor>> = {
  owner: msg`Owner`,
  admin: msg`Admin`,
  developer: msg`Developer`,
  editor: msg`Editor`,
  viewer: msg`Viewer`,
};
