import {
  findMembersCollections,
  listAccountRows,
  listDeviceTimes,
  listInvitationsTo,
  listMemberships,
  listPasskeyRows,
  listSessionRows,
  type UserRights,
  type UserRow,
} from "@plinth/db";
import { describeSession } from "../../identity/sessions.ts";
import { agreementsOf } from "../../identity/terms.ts";
import { describeUser } from "../../identity/users.ts";
import type { RequestContext } from "../../kernel/engine.ts";

export interface ExportedUser {
  readonly user: UserRow;
  readonly rights: UserRights;
  /** For the user. */
  readonly isOwn: boolean;
}

/** The account with all that belongs to it, without secrets. */
export async function describeAccount({ driver, now }: RequestContext, exported: ExportedUser) {
  const { user, rights } = exported;
  const { id, workspaceId } = user;
  const members = (await findMembersCollections(driver, [workspaceId])).get(workspaceId);
  return {
    user: {
      ...describeUser(user, rights.roles),
      two_factor_enabled: user.twoFactorEnabled === true,
      updated_at: user.updatedAt.toISOString(),
    },
    sign_in: (await listAccountRows(driver, id)).map(({ providerId, accountId, scope, createdAt }) => ({
      provider: providerId,
      account_id: accountId,
      scope,
      created_at: createdAt.toISOString(),
    })),
    passkeys: (await listPasskeyRows(driver, id)).map(({ name, backedUp, createdAt }) => ({
      name,
      backed_up: backedUp,
      created_at: createdAt.toISOString(),
    })),
    sessions: (await listSessionRows(driver, id, now)).map((row) => describeSession(row)),
    known_browsers: (await listDeviceTimes(driver, id)).map((at) => ({ created_at: at.toISOString() })),
    agreements: await agreementsOf(driver, id),
    organizations: members
      ? (await listMemberships(driver, members, [id])).map(({ organization, role }) => ({ organization, role }))
      : [],
    invitations: await invitationsTo(exported),
  };

  async function invitationsTo(of: ExportedUser) {
    const address = provenAddress(of);
    if (address === null) return [];
    const { workspace, organizations } = await listInvitationsTo(driver, workspaceId, address);
    return [
      ...workspace.map(({ roles, ...row }) => ({ roles: JSON.parse(roles) as string[], ...times(row) })),
      ...organizations.map(({ organizationId, role, ...row }) => ({
        organization: organizationId,
        role,
        ...times(row),
      })),
    ];
  }
}

function times({ createdAt, expiresAt, acceptedAt }: { createdAt: Date; expiresAt: Date; acceptedAt: Date | null }) {
  return {
    created_at: createdAt.toISOString(),
    expires_at: expiresAt.toISOString(),
    accepted_at: acceptedAt?.toISOString() ?? null,
  };
}

/** What was sent to an address belongs to its owner: whoever has only typed it does not get it. */
export function provenAddress({ user, isOwn }: ExportedUser): string | null {
  return isOwn && !user.emailVerified ? null : user.email;
}
