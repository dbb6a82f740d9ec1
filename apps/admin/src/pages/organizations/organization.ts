import type { I18n, MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { ORGANIZATION_ROLES, type OrganizationRole } from "@plinth/core";
import type { Option } from "../../ui/option.ts";

/** An organization as its routes describe it, and as an item of its collection. */
export interface OrganizationInfo {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly created_at: string;
}

export interface OrganizationMember {
  /** The user's id. */
  readonly user: string;
  readonly name: string | null;
  readonly role: OrganizationRole;
  readonly created_at: string;
}

/** A membership as an item, with its organization. */
export interface OrganizationMembership {
  readonly id: string;
  readonly role: OrganizationRole;
  readonly organization: Pick<OrganizationInfo, "id" | "name">;
}

export interface OpenInvitation {
  readonly id: string;
  readonly email: string;
  readonly role: OrganizationRole;
  readonly created_at: string;
  readonly expires_at: string;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
}

export type TeamMember = Pick<OrganizationMember, "user" | "name">;

export const ORGANIZATION_ROLE_NAMES: Readonly<Record<OrganizationRole, MessageDescriptor>> = {
  owner: msg`Owner`,
  admin: msg`Admin`,
  member: msg`Member`,
};

const NOTES: Readonly<Record<OrganizationRole, MessageDescriptor>> = {
  owner: msg`Everything in the organization, and its end.`,
  admin: msg`Names, members, invitations and teams.`,
  member: msg`Takes part; your rules say what that means.`,
};

/** The roles as choices, the one with most rights first. */
export function roleOptions(i18n: I18n): readonly Option<OrganizationRole>[] {
  return ORGANIZATION_ROLES.map((value) => ({
    value,
    label: i18n._(ORGANIZATION_ROLE_NAMES[value]),
    description: i18n._(NOTES[value]),
  }));
}
