import { ORGANIZATION_ROLES, type OrganizationRole, PlinthError } from "@plinth/core";
import {
  findOrganizationInvitation,
  findUser,
  insertOrganizationInvitation,
  listOrganizationInvitations,
  mustHaveFewOrganizationInvitations,
  type OrganizationInvitationRow,
  revokeOrganizationInvitation,
  useOrganizationInvitation,
} from "@plinth/db";
import { refuseOn } from "../../commit/commit.ts";
import { nameInMail } from "../../identity/names-in-mails.ts";
import { hashInvitation, newInvitation, noOpenInvitation } from "../../identity/new-invitation.ts";
import { publicAddress } from "../../identity/public-address.ts";
import { recordOf } from "../../identity/security-events.ts";
import { authSettingsOf } from "../../identity/settings/auth-settings.ts";
import { emailAddress } from "../../identity/user-admin.ts";
import { requireVerifiedAddress, VERIFY_TO_ACCEPT } from "../../identity/verified-address.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import { mayMailInvitation } from "./invitation-mails.ts";
import { findItem, inTurnOf, mustHave, newItem, requireMembership, requireRank, write } from "./membership.ts";
import { requireRoomForMember } from "./organizations.ts";

const DAY_MS = 86_400_000;
const DAYS = 7;
const MAX_OPEN = 100;

export const inviteMemberSchema = z.strictObject({
  email: emailAddress,
  role: z.enum(ORGANIZATION_ROLES).default("member"),
  accept_url: z
    .string()
    .max(2000)
    .optional()
    .describe(
      "Your page that accepts, one of REDIRECT_URLS, in place of the server's; the link has the token as its parameter `token`",
    ),
  send_mail: z.boolean().optional().describe("Whether the server sends the link to the address"),
});

export const acceptMembershipSchema = z.strictObject({ invitation: z.string().min(1).max(200) });

export interface OrganizationInvitation {
  id: string;
  email: string;
  role: OrganizationRole;
  created_at: string;
  created_by: string | null;
  expires_at: string;
}

/** Only this answer holds the token. It works once, for the owner of a verified account with the address. */
export async function inviteMember(
  ctx: RequestContext,
  organization: string,
  { email: address, role, accept_url, send_mail }: z.infer<typeof inviteMemberSchema>,
): Promise<OrganizationInvitation & { token: string; link: string }> {
  const { driver, engine, now, principal } = ctx;
  const own = await requireMembership(ctx, organization, "admin");
  requireRank(own.role, role);
  const { redirects } = await authSettingsOf(engine, driver, principal.workspaceId);
  if (accept_url !== undefined && !redirects.urls.includes(accept_url)) {
    throw new PlinthError("VALIDATION", "accept_url: must be one of the workspace's redirects.urls.", {
      field: "accept_url",
    });
  }
  const at = new Date(now);
  const tooMany = () =>
    new PlinthError("LIMIT_EXCEEDED", `An organization can have at most ${MAX_OPEN} open invitations.`);
  const open = await listOrganizationInvitations(driver, organization, at, MAX_OPEN);
  if (open.length >= MAX_OPEN) throw tooMany();
  if (send_mail) await mayMailInvitation(ctx, organization);
  const { workspaceId } = principal;
  const { origin, path } = publicAddress(engine, workspaceId, ctx.client?.workspaceHost?.name);
  const expiresAt = new Date(now + DAYS * DAY_MS);
  const { row, secret, mailed, sent } = await newInvitation(
    ctx,
    {
      email: address,
      expiresAt,
      sendMail: send_mail,
      workspaceId,
      invitedBy: nameInMail(String(own.organization.name)),
      byStranger: !principal.bypass,
    },
    (token) => linkTo(accept_url ?? `${origin}${path}/organization-invitation`, token),
  );
  const invitation = { ...row, workspaceId, organizationId: organization, role };
  const target = `organization:${organization}`;
  const counted = { organizationId: organization, at, most: MAX_OPEN };
  const few = (label: string) => mustHaveFewOrganizationInvitations(driver, counted, label);
  const answer = await write(ctx, {
    items: [inTurnOf(ctx, organization), ...own.mustHold],
    beside: [
      insertOrganizationInvitation(driver, invitation),
      recordOf(ctx, { type: "organization_invitation_create", target, detail: { invitation: row.id, role } }),
      ...mailed,
    ],
    requires: [{ guard: few, refusal: tooMany }],
    data: { ...describe(invitation), ...secret },
    secret: true,
  });
  sent();
  return answer;
}

function linkTo(page: string, token: string): string {
  const url = new URL(page);
  url.searchParams.set("token", token);
  return url.href;
}

/** The open ones. */
export async function listMemberInvitations(
  ctx: RequestContext,
  organization: string,
): Promise<OrganizationInvitation[]> {
  await requireMembership(ctx, organization, "admin");
  return (await listOrganizationInvitations(ctx.driver, organization, new Date(ctx.now), MAX_OPEN)).map(describe);
}

export async function revokeMemberInvitation(
  ctx: RequestContext,
  organization: string,
  id: string,
): Promise<{ id: string }> {
  const { mustHold } = await requireMembership(ctx, organization, "admin");
  const target = `organization:${organization}`;
  return write(ctx, {
    items: mustHold,
    beside: [
      ...revokeOrganizationInvitation(ctx.driver, { id, organizationId: organization, at: new Date(ctx.now) }),
      recordOf(ctx, { type: "organization_invitation_revoke", target, detail: { invitation: id } }),
    ],
    data: { id },
  }).catch(refuseOn("guard", noOpenInvitation));
}

/** The caller becomes a member. The address must be verified, as anybody can sign up with one that is not theirs. */
export async function acceptMembership(
  ctx: RequestContext,
  { invitation: token }: z.infer<typeof acceptMembershipSchema>,
): Promise<{ organization: string; role: OrganizationRole }> {
  const { driver, now, principal } = ctx;
  const unusable = () => new PlinthError("INVALID_INVITATION", undefined, { field: "invitation" });
  const user = await findUser(driver, principal.workspaceId, principal.id!);
  if (!user) throw new PlinthError("CONFLICT", "Your account belongs to another workspace than this request.");
  const hash = await hashInvitation(token);
  const row = await findOrganizationInvitation(driver, principal.workspaceId, hash, new Date(now));
  if (!row) throw unusable();
  if (row.email !== user.email) {
    throw new PlinthError("INVALID_INVITATION", "The invitation is for another email address.", { field: "email" });
  }
  const requires = [requireVerifiedAddress(driver, user, VERIFY_TO_ACCEPT), await requireRoomForMember(ctx, user.id)];
  const organization = row.organizationId;
  const role = row.role as OrganizationRole;
  const known = await findItem(ctx, "organization_members", { organization, user: user.id });
  if (known) throw new PlinthError("CONFLICT", "You are a member of this organization.");
  return write(ctx, {
    items: [
      inTurnOf(ctx, organization),
      mustHave(ctx, "organizations", { id: organization }, "organization"),
      newItem(ctx, "organization_members", { organization, user: user.id, role }),
    ],
    beside: [
      ...useOrganizationInvitation(driver, row.id, user.id, new Date(now)),
      recordOf(ctx, { type: "organization_join", target: `organization:${organization}`, detail: { role } }),
    ],
    requires,
    data: { organization, role },
  })
    .catch(refuseOn("guard", unusable))
    .catch(refuseOn("unique", () => new PlinthError("CONFLICT", "You are a member of this organization.")));
}

/** What the holder of the token sees: the organization and the role. Undefined where the token is not valid. */
export async function showOrganizationInvitation(
  ctx: RequestContext,
  token: string,
): Promise<{ readonly organization: string; readonly role: OrganizationRole } | undefined> {
  const { driver, principal, now } = ctx;
  const row = await findOrganizationInvitation(
    driver,
    principal.workspaceId,
    await hashInvitation(token),
    new Date(now),
  );
  const organization = row && (await findItem(ctx, "organizations", { id: row.organizationId }));
  return organization && { organization: String(organization.name), role: row.role as OrganizationRole };
}

function describe({
  id,
  email,
  role,
  createdAt,
  createdBy,
  expiresAt,
}: OrganizationInvitationRow): OrganizationInvitation {
  return {
    id,
    email,
    role: role as OrganizationRole,
    created_at: createdAt.toISOString(),
    created_by: createdBy,
    expires_at: expiresAt.toISOString(),
  };
}
