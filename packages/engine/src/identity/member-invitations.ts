import { invalid, MEMBER_ROLES, OPERATORS_POOL_ID, PlinthError, toBase64Url, uuidv7 } from "@plinth/core";
import {
  findMember,
  findUserByEmail,
  type InvitationRow,
  insertInvitation,
  listMemberInvitationRows,
  revokeMemberInvitationQueries,
} from "@plinth/db";
import * as z from "zod";
import { commit, refuseOn } from "../commit/commit.ts";
import { actorOf } from "../commit/mutate.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { outboxOf, wakeOutbox } from "../kernel/outbox.ts";
import { workspacePath } from "./auth.ts";
import { requireMemberRole } from "./guards.ts";
import {
  createInvitationSchema,
  describeInvitation,
  endOfInvitation,
  HOUR_MS,
  type Invitation,
} from "./invitations.ts";
import { hashInvitation } from "./open-invitation.ts";
import { recordOf } from "./security-events.ts";

/** A workspace has few members: all of its invitations are listed at once. */
const MOST = 1000;

export const inviteOperatorSchema = createInvitationSchema
  .omit({ roles: true })
  .extend({ role: z.enum(MEMBER_ROLES).describe("What the member may do in this workspace") });

export type OperatorInvitation = Omit<Invitation, "roles"> & { role: string };

/** Only this answer holds the token. Anyone who has it becomes a member, once, as an operator with this email address. */
export async function inviteOperator(
  ctx: RequestContext,
  input: z.infer<typeof inviteOperatorSchema>,
): Promise<OperatorInvitation & { token: string; link: string }> {
  const { driver, now, engine, principal } = ctx;
  const { workspaceId } = principal;
  // Only owners make owners.
  requireMemberRole(principal, workspaceId, input.role === "owner" ? "owner" : "admin");
  const email = input.email.toLowerCase();
  const known = await findUserByEmail(driver, OPERATORS_POOL_ID, email);
  if (known && (await findMember(driver, workspaceId, known.id))) {
    throw new PlinthError("CONFLICT", "This address is a member's already.", { field: "email" });
  }
  const latest = await listMemberInvitationRows(driver, workspaceId, MOST);
  const isOpen = (row: InvitationRow) => !row.acceptedAt && !row.revokedAt && row.expiresAt.getTime() > now;
  if (latest.filter(isOpen).length === MOST) {
    throw invalid("email", `a workspace has at most ${MOST} open invitations of members`, "LIMIT_EXCEEDED");
  }
  const outbox = outboxOf(engine);
  if (input.send_mail && !outbox) throw new PlinthError("MAIL_NOT_CONFIGURED", undefined, { field: "send_mail" });
  const expiresAt = endOfInvitation(input.expires_at, now);
  const token = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  const row: InvitationRow = {
    id: uuidv7(now),
    workspaceId: OPERATORS_POOL_ID,
    email,
    roles: JSON.stringify([input.role]),
    hash: await hashInvitation(token),
    createdBy: actorOf(principal),
    createdAt: new Date(now),
    expiresAt,
    acceptedAt: null,
    acceptedBy: null,
    revokedAt: null,
    memberOf: workspaceId,
  };
  const link = `${engine.config.appUrl}${workspacePath(OPERATORS_POOL_ID)}/invitation?token=${token}`;
  const mail = {
    workspaceId,
    template: "invitation",
    to: email,
    variables: {
      url: link,
      invited_by: principal.email ?? engine.config.appUrl,
      hours: String(Math.floor((expiresAt.getTime() - now) / HOUR_MS)),
    },
    languages: "",
    expiresAt: expiresAt.getTime(),
  };
  const mailed = input.send_mail && outbox ? await outbox.queue(engine, driver, mail) : [];
  const detail = { member: input.role };
  const queries = [
    insertInvitation(driver, row),
    recordOf(ctx, { type: "invitation_create", target: `invitation:${row.id}`, detail }),
    ...mailed,
  ];
  const answer = await commit(ctx, { queries, data: { ...describe(row, now), token, link }, secret: true });
  if (mailed.length > 0) wakeOutbox(engine);
  return answer;
}

export async function listOperatorInvitations(ctx: RequestContext): Promise<OperatorInvitation[]> {
  const { workspaceId } = ctx.principal;
  requireMemberRole(ctx.principal, workspaceId, "admin");
  const rows = await listMemberInvitationRows(ctx.driver, workspaceId, MOST);
  return rows.map((row) => describe(row, ctx.now));
}

export async function revokeOperatorInvitation(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const { driver, principal, now } = ctx;
  requireMemberRole(principal, principal.workspaceId, "admin");
  const queries = [
    ...revokeMemberInvitationQueries(driver, principal.workspaceId, id, new Date(now)),
    recordOf(ctx, { type: "invitation_revoke", target: `invitation:${id}` }),
  ];
  const missing = () => new PlinthError("NOT_FOUND", "There is no such invitation that is still open.");
  return commit(ctx, { queries, data: { id } }).catch(refuseOn("guard", missing));
}

function describe(row: InvitationRow, now: number): OperatorInvitation {
  const { roles, ...invitation } = describeInvitation(row, now);
  return { ...invitation, role: roles[0]! };
}
