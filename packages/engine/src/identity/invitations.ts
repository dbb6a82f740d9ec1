import { PlinthError } from "@plinth/core";
import {
  findUserByEmail,
  type InvitationRow,
  insertInvitation,
  listInvitationRows,
  revokeInvitationQueries,
} from "@plinth/db";
import { commit, refuseOn } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import type { Requirement } from "../commit/requirement.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { serverSet } from "../kernel/server-set.ts";
import * as z from "../kernel/zod.ts";
import { newInvitation, noOpenInvitation } from "./new-invitation.ts";
import { acceptance, invitationFor, notOpenAnyMore, rolesOf } from "./open-invitation.ts";
import { inOwnPool, requireOwnRow } from "./own-account.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "./paging.ts";
import { publicAddress } from "./public-address.ts";
import { recordOf } from "./security-events.ts";
import { signUpMode } from "./settings/auth-settings.ts";
import { forgetSessions } from "./state.ts";
import { emailAddress } from "./user-admin.ts";
import { assignable, requireRightToAssign } from "./users.ts";
import { requireVerifiedAddress, VERIFY_TO_ACCEPT } from "./verified-address.ts";

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;
const MAX_DAYS = 90;
const MAX_ROLES = 20;
const CURSOR_SORT = "-id";

export const createInvitationSchema = z.strictObject({
  ...serverSet("id", "state", "created_at", "created_by", "accepted_at", "accepted_by"),
  email: emailAddress,
  roles: z.array(z.string().max(40)).max(MAX_ROLES).optional().describe("The roles that the user gets"),
  expires_at: z.iso
    .datetime({ offset: true })
    .optional()
    .describe(`When the invitation ends; by default after ${DEFAULT_DAYS} days, at most ${MAX_DAYS}`),
  send_mail: z.boolean().optional().describe("Whether the server sends the link to the address"),
});

export const acceptInvitationSchema = z.strictObject({
  invitation: z.string().min(1).max(200).describe("The token of the invitation's link"),
});

export interface Invitation {
  id: string;
  email: string;
  roles: string[];
  state: "open" | "accepted" | "revoked" | "expired";
  created_at: string;
  created_by: string | null;
  expires_at: string;
  accepted_at: string | null;
  /** The user's id. */
  accepted_by: string | null;
}

/** Only this answer holds the token. Anyone who has it can accept the invitation, once, with its email address. */
export async function createInvitation(
  ctx: RequestContext,
  input: z.infer<typeof createInvitationSchema>,
): Promise<Invitation & { token: string; link: string }> {
  const { driver, now, engine, principal } = ctx;
  const roles = assignable(ctx, input.roles ?? []);
  requireRightToAssign(ctx, [], roles);
  const email = input.email.toLowerCase();
  const { workspaceId } = principal;
  const requires = (await findUserByEmail(driver, workspaceId, email)) ? [] : [await requireSignUp(ctx)];
  const { origin, path } = publicAddress(engine, workspaceId, ctx.client?.workspaceHost?.name);
  const { row, secret, mailed, sent } = await newInvitation(
    ctx,
    {
      email,
      expiresAt: endOfInvitation(input.expires_at, now),
      sendMail: input.send_mail,
      workspaceId,
      byStranger: false,
    },
    (token) => `${origin}${path}/invitation?token=${token}`,
  );
  const invitation = { ...row, workspaceId, roles: JSON.stringify(roles), memberOf: null };
  const queries = [
    insertInvitation(driver, invitation),
    recordOf(ctx, { type: "invitation_create", target: `invitation:${row.id}`, detail: { roles } }),
    ...mailed,
  ];
  const answer = await commit(ctx, {
    queries,
    roles,
    requires,
    data: { ...describeInvitation(invitation, now), ...secret },
    secret: true,
  });
  sent();
  return answer;
}

/** Throws where nobody could make an account by an invitation. */
async function requireSignUp({ engine, driver, principal }: RequestContext): Promise<Requirement> {
  const { mode, stored } = await signUpMode(engine, driver, principal.workspaceId);
  const message = "Sign-up is closed, so nobody could make this account; create the user.";
  if (mode === "closed") throw new PlinthError("SIGN_UP_CLOSED", message, { field: "email" });
  const changed = () => new PlinthError("CONFLICT", "Who may sign up was changed at the same moment. Try again.");
  return { guard: (label) => [stored(label)], refusal: changed };
}

export function endOfInvitation(wanted: string | undefined, now: number): Date {
  if (wanted === undefined) return new Date(now + DEFAULT_DAYS * DAY_MS);
  const end = new Date(wanted);
  if (end.getTime() > now && end.getTime() <= now + MAX_DAYS * DAY_MS) return end;
  const message = `expires_at: must be in the future, and at most ${MAX_DAYS} days away.`;
  throw new PlinthError("VALIDATION", message, { field: "expires_at" });
}

export async function listInvitations(
  ctx: RequestContext,
  { limit, cursor }: PageQuery,
): Promise<CursorPage<Invitation>> {
  const before = idInCursor(cursor, CURSOR_SORT);
  const found = await listInvitationRows(ctx.driver, ctx.principal.workspaceId, { limit: limit + 1, before });
  return pageById(found, limit, CURSOR_SORT, (row) => describeInvitation(row, ctx.now));
}

export async function revokeInvitation(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const queries = [
    ...revokeInvitationQueries(ctx.driver, ctx.principal.workspaceId, id, new Date(ctx.now)),
    recordOf(ctx, { type: "invitation_revoke", target: `invitation:${id}` }),
  ];
  return commit(ctx, { queries, data: { id } }).catch(refuseOn("guard", noOpenInvitation));
}

/**
 * A user who has an account accepts: gets the invitation's roles. The address must be verified, as anybody can sign up
 * with an address that is not theirs.
 */
export async function acceptInvitation(
  ctx: RequestContext,
  { invitation: token }: z.infer<typeof acceptInvitationSchema>,
): Promise<{ id: string; roles: string[] }> {
  const { driver, engine, now, client } = ctx;
  const user = await requireOwnRow(inOwnPool(ctx));
  const invitation = await invitationFor(engine, driver, { workspaceId: user.workspaceId, token, email: user.email });
  const requires = [requireVerifiedAddress(driver, user, VERIFY_TO_ACCEPT)];
  const within = invitation.memberOf === null ? ctx : inWorkspaceOf(ctx, invitation.memberOf);
  const queries = acceptance(driver, invitation, { userId: user.id, now, address: client?.clientAddress });
  const data = { id: invitation.id, roles: [...invitation.roles] };
  return commitMetadataChange(within, { queries, requires, data, forget: forgetSessions }).catch(
    refuseOn("guard", notOpenAnyMore),
  );
}

function inWorkspaceOf(ctx: RequestContext, workspaceId: string): RequestContext {
  return { ...ctx, principal: { ...ctx.principal, workspaceId } };
}

export function describeInvitation(row: InvitationRow, now: number): Invitation {
  const { acceptedAt, revokedAt, expiresAt } = row;
  const ended = expiresAt.getTime() <= now ? "expired" : "open";
  return {
    id: row.id,
    email: row.email,
    roles: rolesOf(row),
    state: acceptedAt ? "accepted" : revokedAt ? "revoked" : ended,
    created_at: row.createdAt.toISOString(),
    created_by: row.createdBy,
    expires_at: expiresAt.toISOString(),
    accepted_at: acceptedAt?.toISOString() ?? null,
    accepted_by: row.acceptedBy,
  };
}
