import { ORGANIZATION_ROLES, type OrganizationRole, PlinthError, type Row, type SqlQuery } from "@plinth/core";
import { revokeOrganizationInvitationsBy, setActiveOrganization } from "@plinth/db";
import { commit, refuseOn } from "../../commit/commit.ts";
import type { CursorPage, PageQuery } from "../../identity/paging.ts";
import { recordOf } from "../../identity/security-events.ts";
import { forgetSessions } from "../../identity/state.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import {
  changeItem,
  findAmong,
  findItem,
  inTurnOf,
  mayInvite,
  mustHave,
  pageOfItems,
  removeItem,
  requireMembership,
  requireRank,
  write,
} from "./membership.ts";

export const memberRole = z.enum(ORGANIZATION_ROLES);
export const memberRoleSchema = z.strictObject({ role: memberRole });
export const activeOrganizationSchema = z.strictObject({
  organization: z.uuid().nullable().describe("Null: none"),
});

export interface OrganizationMember {
  /** The user's id. */
  user: string;
  name: string | null;
  role: OrganizationRole;
  created_at: string;
}

/** For every member to see. Addresses are not shown: those who may see them read `users`. */
export async function listMembers(
  ctx: RequestContext,
  organization: string,
  page: PageQuery,
): Promise<CursorPage<OrganizationMember>> {
  await requireMembership(ctx, organization, "member");
  const describe = (rows: readonly Row[]) => described(ctx, rows);
  return pageOfItems(ctx, "organization_members", { organization }, { page, describe });
}

export async function setMemberRole(
  ctx: RequestContext,
  organization: string,
  user: string,
  role: OrganizationRole,
): Promise<OrganizationMember> {
  const own = await requireMembership(ctx, organization, "admin");
  const member = await memberOf(ctx, organization, user);
  requireRank(own.role, member.role as OrganizationRole);
  requireRank(own.role, role);
  const [data] = await described(ctx, [{ ...member, role }]);
  const detail = { user, role, before: member.role };
  return write(ctx, {
    items: [
      inTurnOf(ctx, organization),
      ...own.mustHold,
      changeItem(ctx, "organization_members", member.id as string, { role }),
      mustHave(ctx, "organization_members", { organization, role: "owner" }, "owner"),
    ],
    beside: [
      recordOf(ctx, { type: "organization_member_change", target: `organization:${organization}`, detail }),
      ...endOfInvitations(ctx, organization, user, role),
    ],
    data: data!,
    secret: true,
  }).catch(refuseOn("guard", lastOwner));
}

/** Members leave by themselves; others are removed by members of the same role or a higher one. Their teams forget them too. */
export async function removeMember(ctx: RequestContext, organization: string, user: string): Promise<{ user: string }> {
  const leaves = user === ctx.principal.id;
  const own = await requireMembership(ctx, organization, leaves ? "member" : "admin");
  const member = await memberOf(ctx, organization, user);
  requireRank(own.role, member.role as OrganizationRole);
  return write(ctx, {
    items: [
      inTurnOf(ctx, organization),
      ...own.mustHold,
      removeItem(ctx, "organization_members", member.id as string),
      mustHave(ctx, "organization_members", { organization, role: "owner" }, "owner"),
    ],
    beside: [
      recordOf(ctx, { type: "organization_member_remove", target: `organization:${organization}`, detail: { user } }),
      ...endOfInvitations(ctx, organization, user, null),
    ],
    data: { user },
  }).catch(refuseOn("guard", lastOwner));
}

/** Nobody comes in by the word of somebody who may not give it any more. `role`: what the member is from now on. */
function endOfInvitations(
  { driver, now }: RequestContext,
  organizationId: string,
  user: string,
  role: OrganizationRole | null,
): SqlQuery[] {
  const roles = ORGANIZATION_ROLES.filter((other) => role === null || !mayInvite(role, other));
  if (roles.length === 0) return [];
  return [revokeOrganizationInvitationsBy(driver, `user:${user}`, new Date(now), { organizationId, roles })];
}

/** The organization in which the caller's session works: `$org.id` and `$org.role` in rules. */
export async function activateOrganization(
  ctx: RequestContext,
  { organization }: z.infer<typeof activeOrganizationSchema>,
): Promise<{ organization: string | null; role: OrganizationRole | null }> {
  const { driver, engine, principal } = ctx;
  const { sessionId } = principal;
  if (sessionId === undefined) throw new PlinthError("UNAUTHORIZED", "This needs a session: sign in here as a user.");
  let role: OrganizationRole | null = null;
  if (organization !== null) {
    const own = await findItem(ctx, "organization_members", { organization, user: principal.id! });
    if (!own) throw new PlinthError("NOT_FOUND", "There is no such organization, or you are not a member.");
    role = own.role as OrganizationRole;
  }
  const ended = () => new PlinthError("INVALID_TOKEN");
  const queries = setActiveOrganization(driver, sessionId, organization);
  try {
    return await commit(ctx, { queries, data: { organization, role } }).catch(refuseOn("guard", ended));
  } finally {
    forgetSessions(engine);
  }
}

export async function memberOf(ctx: RequestContext, organization: string, user: string): Promise<Row> {
  const member = await findItem(ctx, "organization_members", { organization, user });
  if (!member) throw new PlinthError("NOT_FOUND", "This user is no member of the organization.");
  return member;
}

function lastOwner(): PlinthError {
  return new PlinthError("CONFLICT", "An organization keeps at least one owner: give the role to somebody else first.");
}

async function described(ctx: RequestContext, members: readonly Row[]): Promise<OrganizationMember[]> {
  return (await withNames(ctx, members)).map(({ user, name, role, created_at }) => ({
    user,
    name,
    role: role as OrganizationRole,
    created_at: created_at as string,
  }));
}

/** With the names of the users to whom the rows belong. */
export async function withNames<T extends Row>(
  ctx: RequestContext,
  rows: readonly T[],
): Promise<(T & { user: string; name: string | null })[]> {
  const users = await findAmong(ctx, "users", [...new Set(rows.map(({ user }) => user as string))]);
  const names = new Map(users.map(({ id, name }) => [id as string, name as string]));
  return rows.map((row) => ({ ...row, user: row.user as string, name: names.get(row.user as string) ?? null }));
}
