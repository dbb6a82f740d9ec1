import type { MemberRole, OperatorRights, SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, desc, eq, gt, inArray, isNull, lt, or } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind, mustFindAtMost } from "../system/guard.ts";
import { invitations, members, operators, users } from "../system/schema.ts";
import type { InvitationRow } from "./invitations.ts";
import { pieces } from "./pieces.ts";

export interface MemberRow {
  readonly userId: string;
  readonly email: string | null;
  readonly name: string;
  readonly emailVerified: boolean;
  readonly role: MemberRole;
  readonly createdAt: Date;
}

/** Those of these accounts that are operators, by id. */
export async function findOperatorRights(
  driver: SqlDriver,
  userIds: readonly string[],
): Promise<Map<string, OperatorRights>> {
  const database = systemDatabase(driver);
  const found = new Map<string, OperatorRights>();
  for (const ids of pieces(driver, userIds)) {
    const held = await database.select().from(operators).where(inArray(operators.userId, ids));
    if (held.length === 0) continue;
    const roles = await database.select().from(members).where(inArray(members.userId, ids));
    const byUser = Map.groupBy(roles, ({ userId }) => userId);
    for (const { userId, role } of held) {
      const own = (byUser.get(userId) ?? []).map((row) => [row.workspaceId, row.role as MemberRole]);
      found.set(userId, { owner: role === "owner", memberships: Object.fromEntries(own) });
    }
  }
  return found;
}

/** A page of a workspace's members, by id, after the user `after`. */
export async function listMemberRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<MemberRow[]> {
  const later = after === undefined ? undefined : gt(members.userId, after);
  const rows = await systemDatabase(driver)
    .select({
      userId: members.userId,
      role: members.role,
      createdAt: members.createdAt,
      email: users.email,
      name: users.name,
      emailVerified: users.emailVerified,
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), later))
    .orderBy(asc(members.userId))
    .limit(limit);
  return rows.map((row) => ({ ...row, role: row.role as MemberRole }));
}

export async function findMember(
  driver: SqlDriver,
  workspaceId: string,
  userId: string,
): Promise<MemberRow | undefined> {
  const [member] = await systemDatabase(driver)
    .select({ role: members.role, createdAt: members.createdAt })
    .from(members)
    .where(isMember(workspaceId, userId));
  if (!member) return undefined;
  const [user] = await systemDatabase(driver)
    .select({ email: users.email, name: users.name, emailVerified: users.emailVerified })
    .from(users)
    .where(eq(users.id, userId));
  return user && { ...user, ...member, userId, role: member.role as MemberRole };
}

/** An account of the operators' pool becomes a member. Nothing changes where it is one. */
export function addMemberQueries(
  driver: SqlDriver,
  { workspaceId, userId, role, at }: { workspaceId: string; userId: string; role: string; at: Date },
): SqlQuery[] {
  const database = systemDatabase(driver);
  return [
    toQuery(database.insert(operators).values({ userId, role: "member", createdAt: at }).onConflictDoNothing()),
    toQuery(database.insert(members).values({ workspaceId, userId, role, createdAt: at }).onConflictDoNothing()),
  ];
}

/** The batch fails under the label where the member no longer has the role, or `role` leaves the workspace without an owner. */
export function changeMemberQueries(
  driver: SqlDriver,
  {
    workspaceId,
    userId,
    before,
    role,
  }: { workspaceId: string; userId: string; before: MemberRole; role: MemberRole | null },
  labels: { changed: string; last: string },
): SqlQuery[] {
  const database = systemDatabase(driver);
  const it = and(isMember(workspaceId, userId), eq(members.role, before));
  const owners = and(eq(members.workspaceId, workspaceId), eq(members.role, "owner"));
  const id = { id: members.userId };
  return [
    mustFind(driver, labels.changed, database.select(id).from(members).where(it)),
    toQuery(role === null ? database.delete(members).where(it) : database.update(members).set({ role }).where(it)),
    ...(before === "owner" ? [mustFind(driver, labels.last, database.select(id).from(members).where(owners))] : []),
  ];
}

/** The invitations to become a member, newest first, after an id; `openAt`: those that are open then. */
export async function listMemberInvitationRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, before, openAt }: { limit: number; before?: string | undefined; openAt?: Date },
): Promise<InvitationRow[]> {
  const earlier = before === undefined ? undefined : lt(invitations.id, before);
  return systemDatabase(driver)
    .select()
    .from(invitations)
    .where(and(eq(invitations.memberOf, workspaceId), earlier, openAt && isOpen(openAt)))
    .orderBy(desc(invitations.id))
    .limit(limit);
}

/** The statements that fail their batch under the label where the workspace then has more open ones. */
export function mustHaveFewMemberInvitations(
  driver: SqlDriver,
  { workspaceId, at, most }: { readonly workspaceId: string; readonly at: Date; readonly most: number },
  label: string,
): SqlQuery[] {
  const rows = systemDatabase(driver)
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(eq(invitations.memberOf, workspaceId), isOpen(at)));
  return mustFindAtMost(driver, label, { most, name: `member invitations ${workspaceId}`, rows });
}

/** The batch fails with a guard where there is no such invitation that is still open. */
export function revokeMemberInvitationQueries(
  driver: SqlDriver,
  workspaceId: string,
  id: string,
  at: Date,
): SqlQuery[] {
  const database = systemDatabase(driver);
  const it = and(eq(invitations.id, id), eq(invitations.memberOf, workspaceId), isOpen(at));
  return [
    mustFind(driver, "invitation", database.select({ id: invitations.id }).from(invitations).where(it)),
    toQuery(database.update(invitations).set({ revokedAt: at }).where(it)),
  ];
}

/** Ends all invitations into a workspace, of users and of members, that somebody has made. */
export function revokeInvitationsInto(driver: SqlDriver, workspaceId: string, createdBy: string, at: Date): SqlQuery {
  const there = or(eq(invitations.workspaceId, workspaceId), eq(invitations.memberOf, workspaceId));
  const it = and(there, eq(invitations.createdBy, createdBy), isOpen(at));
  return toQuery(systemDatabase(driver).update(invitations).set({ revokedAt: at }).where(it));
}

/** Ends the open invitations of an address into a workspace, as a user or as a member. */
export function revokeInvitationsFor(driver: SqlDriver, workspaceId: string, email: string, at: Date): SqlQuery {
  const there = or(eq(invitations.workspaceId, workspaceId), eq(invitations.memberOf, workspaceId));
  const it = and(there, eq(invitations.email, email), isOpen(at));
  return toQuery(systemDatabase(driver).update(invitations).set({ revokedAt: at }).where(it));
}

function isOpen(at: Date) {
  return and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, at));
}

function isMember(workspaceId: string, userId: string) {
  return and(eq(members.workspaceId, workspaceId), eq(members.userId, userId));
}
