import { invalid, MEMBER_ROLES, OPERATORS_POOL_ID, PlinthError } from "@plinth/core";
import {
  findMember,
  findUserByEmail,
  findWorkspaceName,
  findWorkspaceSlug,
  type InvitationRow,
  insertInvitation,
  listMemberInvitationRows,
  mustHaveFewMemberInvitations,
  revokeMemberInvitationQueries,
} from "@plinth/db";
import { commit, refuseOn } from "../commit/commit.ts";
import type { RequestContext } from "../kernel/engine.ts";
import * as z from "../kernel/zod.ts";
import { requireMemberRole } from "./guards.ts";
import { createInvitationSchema, describeInvitation, endOfInvitation, type Invitation } from "./invitations.ts";
import { nameInMail } from "./names-in-mails.ts";
import { newInvitation, noOpenInvitation } from "./new-invitation.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "./paging.ts";
import { publicAddress } from "./public-address.ts";
import { recordOf } from "./security-events.ts";

const MOST_OPEN = 1000;
const CURSOR_SORT = "-id";

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
  if (input.role === "owner") requireMemberRole(principal, workspaceId, "owner");
  const email = input.email.toLowerCase();
  const known = await findUserByEmail(driver, OPERATORS_POOL_ID, email);
  if (known && (await findMember(driver, workspaceId, known.id))) {
    throw new PlinthError("CONFLICT", "This address is a member's already.", { field: "email" });
  }
  const at = new Date(now);
  const tooMany = () =>
    invalid("email", `a workspace has at most ${MOST_OPEN} open invitations of members`, "LIMIT_EXCEEDED");
  const open = await listMemberInvitationRows(driver, workspaceId, { limit: MOST_OPEN, openAt: at });
  if (open.length === MOST_OPEN) throw tooMany();
  const { origin, path } = publicAddress(engine, OPERATORS_POOL_ID);
  const { row, secret, mailed, sent } = await newInvitation(
    ctx,
    {
      email,
      expiresAt: endOfInvitation(input.expires_at, now),
      sendMail: input.send_mail,
      workspaceId,
      member: { workspace: await nameOfWorkspace(ctx), role: input.role },
      byStranger: false,
    },
    (token) => `${origin}${path}/invitation?token=${token}`,
  );
  const invitation = {
    ...row,
    workspaceId: OPERATORS_POOL_ID,
    roles: JSON.stringify([input.role]),
    memberOf: workspaceId,
  };
  const queries = [
    insertInvitation(driver, invitation),
    recordOf(ctx, { type: "invitation_create", target: `invitation:${row.id}`, detail: { member: input.role } }),
    ...mailed,
  ];
  const few = (label: string) => mustHaveFewMemberInvitations(driver, { workspaceId, at, most: MOST_OPEN }, label);
  const answer = await commit(ctx, {
    queries,
    requires: [{ guard: few, refusal: tooMany }],
    data: { ...describe(invitation, now), ...secret },
    secret: true,
  });
  sent();
  return answer;
}

/** Its slug where a mail program would make a link of its name: a slug has no full stop. */
async function nameOfWorkspace({ driver, principal: { workspaceId } }: RequestContext): Promise<string> {
  const name = await findWorkspaceName(driver, workspaceId);
  return nameInMail(name ?? "") || (await findWorkspaceSlug(driver, workspaceId)) || workspaceId;
}

/** The newest first. */
export async function listOperatorInvitations(
  ctx: RequestContext,
  { limit, cursor }: PageQuery,
): Promise<CursorPage<OperatorInvitation>> {
  const page = { limit: limit + 1, before: idInCursor(cursor, CURSOR_SORT) };
  const found = await listMemberInvitationRows(ctx.driver, ctx.principal.workspaceId, page);
  return pageById(found, limit, CURSOR_SORT, (row) => describe(row, ctx.now));
}

export async function revokeOperatorInvitation(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const { driver, principal, now } = ctx;
  const queries = [
    ...revokeMemberInvitationQueries(driver, principal.workspaceId, id, new Date(now)),
    recordOf(ctx, { type: "invitation_revoke", target: `invitation:${id}` }),
  ];
  return commit(ctx, { queries, data: { id } }).catch(refuseOn("guard", noOpenInvitation));
}

function describe(row: InvitationRow, now: number): OperatorInvitation {
  const { roles, ...invitation } = describeInvitation(row, now);
  return { ...invitation, role: roles[0]! };
}
