import { PlinthError, type SqlDriver, type SqlQuery } from "@plinth/core";
import { acceptInvitationQueries, findOpenInvitation, type InvitationRow, insertSecurityEvent } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { hashInvitation } from "./new-invitation.ts";

/** An invitation that was neither used nor revoked, and has not expired. */
export interface OpenInvitation {
  readonly id: string;
  readonly workspaceId: string;
  readonly email: string;
  /** Of a member: its one role. */
  readonly roles: readonly string[];
  /** The workspace to whose members it invites an operator. Null: it invites a user. */
  readonly memberOf: string | null;
}

/** The label of the guard that lets one acceptance succeed. */
const LABEL = "invitation";

/** The invitation with this token. Throws where it is not open, or is for somebody else. */
export async function invitationFor(
  engine: Engine,
  driver: SqlDriver,
  {
    workspaceId,
    token,
    email,
  }: { readonly workspaceId: string; readonly token: string; readonly email: string | null },
): Promise<OpenInvitation> {
  const row = await findOpenInvitation(driver, await hashInvitation(token), engine.clock.now());
  if (row?.workspaceId !== workspaceId) throw new PlinthError("INVALID_INVITATION", undefined, { field: "invitation" });
  if (row.email !== email?.toLowerCase()) {
    throw new PlinthError("INVALID_INVITATION", "The invitation is for another email address.", { field: "email" });
  }
  return { ...row, roles: rolesOf(row) };
}

export function rolesOf({ roles }: Pick<InvitationRow, "roles">): string[] {
  return JSON.parse(roles) as string[];
}

/** Statements by which a user accepts: they fail with a guard where somebody else was faster. */
export function acceptance(
  driver: SqlDriver,
  invitation: OpenInvitation,
  { userId, now, address }: { userId: string; now: number; address: string | undefined },
): SqlQuery[] {
  return [
    ...acceptInvitationQueries(driver, invitation, { userId, at: new Date(now), label: LABEL }),
    insertSecurityEvent(driver, {
      workspaceId: invitation.memberOf ?? invitation.workspaceId,
      at: now,
      type: "invitation_accept",
      actor: `user:${userId}`,
      target: `invitation:${invitation.id}`,
      address,
      detail: { roles: invitation.roles },
    }),
  ];
}

export function notOpenAnyMore(): PlinthError {
  return new PlinthError("INVALID_INVITATION", undefined, { field: "invitation" });
}
