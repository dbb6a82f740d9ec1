import type { Collection, SqlDriver, SqlQuery } from "@plinth/core";
import { and, desc, eq, gt, inArray, isNull } from "drizzle-orm";
import { quote } from "../compile/dialect.ts";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind, mustFindAtMost } from "../system/guard.ts";
import { collections, organizationInvitations, sessions } from "../system/schema.ts";
import { collectionFromRow } from "./collections.ts";
import { pieces } from "./pieces.ts";

export type OrganizationInvitationRow = typeof organizationInvitations.$inferSelect;

export interface Membership {
  readonly user: string;
  readonly organization: string;
  readonly role: string;
}

/** The memberships of some users, in the order of the organizations' ids. */
export async function listMemberships(
  driver: SqlDriver,
  members: Collection,
  userIds: readonly string[],
): Promise<Membership[]> {
  const dialect = dialectOf(driver);
  const user = members.byName.get("user")!;
  const found: Membership[] = [];
  for (const ids of pieces(driver, userIds)) {
    const sql = `select "user", organization, role from ${quote(members.table)}
      where ${dialect.isIn(user, quote("user"), "?1")} order by organization`;
    const rows = await driver.all(numbered(dialect, sql, [dialect.encodeList(user, [...ids])]));
    found.push(...(rows as unknown as Membership[]));
  }
  return found;
}

/** The collections of members of those of these workspaces that have organizations, by workspace. */
export async function findMembersCollections(
  driver: SqlDriver,
  workspaceIds: readonly string[],
): Promise<Map<string, Collection>> {
  if (workspaceIds.length === 0) return new Map();
  const rows = await systemDatabase(driver)
    .select()
    .from(collections)
    .where(and(inArray(collections.workspaceId, [...workspaceIds]), eq(collections.slug, "organization_members")));
  const found = rows.map(collectionFromRow).filter(({ system }) => system === "organization_members");
  return new Map(found.map((collection) => [collection.workspaceId, collection]));
}

export async function findActiveOrganization(driver: SqlDriver, token: string): Promise<string | null> {
  const [row] = await systemDatabase(driver)
    .select({ active: sessions.activeOrganization })
    .from(sessions)
    .where(eq(sessions.token, token));
  return row?.active ?? null;
}

/** The batch fails with a guard where the session has ended. */
export function setActiveOrganization(driver: SqlDriver, id: string, organization: string | null): SqlQuery[] {
  const it = eq(sessions.id, id);
  const database = systemDatabase(driver);
  return [
    toQuery(database.update(sessions).set({ activeOrganization: organization }).where(it)),
    mustFind(driver, "session", database.select({ id: sessions.id }).from(sessions).where(it)),
  ];
}

export function insertOrganizationInvitation(driver: SqlDriver, row: OrganizationInvitationRow): SqlQuery {
  return toQuery(systemDatabase(driver).insert(organizationInvitations).values(row));
}

/** The open ones, newest first. */
export async function listOrganizationInvitations(
  driver: SqlDriver,
  organizationId: string,
  at: Date,
  limit: number,
): Promise<OrganizationInvitationRow[]> {
  return systemDatabase(driver)
    .select()
    .from(organizationInvitations)
    .where(and(eq(organizationInvitations.organizationId, organizationId), isOpen(at)))
    .orderBy(desc(organizationInvitations.id))
    .limit(limit);
}

/** The statements that fail their batch under the label where the organization then has more open ones. */
export function mustHaveFewOrganizationInvitations(
  driver: SqlDriver,
  { organizationId, at, most }: { readonly organizationId: string; readonly at: Date; readonly most: number },
  label: string,
): SqlQuery[] {
  const rows = systemDatabase(driver)
    .select({ id: organizationInvitations.id })
    .from(organizationInvitations)
    .where(and(eq(organizationInvitations.organizationId, organizationId), isOpen(at)));
  return mustFindAtMost(driver, label, { most, name: `invitations ${organizationId}`, rows });
}

export async function findOrganizationInvitation(
  driver: SqlDriver,
  workspaceId: string,
  hash: string,
  at: Date,
): Promise<OrganizationInvitationRow | undefined> {
  const own = eq(organizationInvitations.workspaceId, workspaceId);
  const [row] = await systemDatabase(driver)
    .select()
    .from(organizationInvitations)
    .where(and(eq(organizationInvitations.hash, hash), own, isOpen(at)));
  return row;
}

/** The batch fails with a guard where the organization has no such invitation that is still open. */
export function revokeOrganizationInvitation(
  driver: SqlDriver,
  { id, organizationId, at }: { id: string; organizationId: string; at: Date },
): SqlQuery[] {
  const it = and(
    eq(organizationInvitations.id, id),
    eq(organizationInvitations.organizationId, organizationId),
    isOpen(at),
  );
  return ifFound(driver, it, { revokedAt: at });
}

/** The batch fails with a guard where somebody was faster, or it has ended. */
export function useOrganizationInvitation(driver: SqlDriver, id: string, userId: string, at: Date): SqlQuery[] {
  const it = and(eq(organizationInvitations.id, id), isOpen(at));
  return ifFound(driver, it, { acceptedAt: at, acceptedBy: userId });
}

/** The update comes first: it makes another one wait, whose guard then finds nothing. */
function ifFound(driver: SqlDriver, it: ReturnType<typeof and>, set: Partial<OrganizationInvitationRow>): SqlQuery[] {
  const database = systemDatabase(driver);
  const { id } = organizationInvitations;
  return [
    toQuery(database.update(organizationInvitations).set({ createdBy: organizationInvitations.createdBy }).where(it)),
    mustFind(driver, "invitation", database.select({ id }).from(organizationInvitations).where(it)),
    toQuery(database.update(organizationInvitations).set(set).where(it)),
  ];
}

/** Ends the open invitations that somebody made: all, or those into an organization for some of its roles. */
export function revokeOrganizationInvitationsBy(
  driver: SqlDriver,
  createdBy: string,
  at: Date,
  only?: { readonly organizationId: string; readonly roles: readonly string[] },
): SqlQuery {
  const { organizationId, role } = organizationInvitations;
  const some = only && and(eq(organizationId, only.organizationId), inArray(role, [...only.roles]));
  const theirs = and(eq(organizationInvitations.createdBy, createdBy), isOpen(at), some);
  return toQuery(systemDatabase(driver).update(organizationInvitations).set({ revokedAt: at }).where(theirs));
}

export function deleteOrganizationInvitations(driver: SqlDriver, organizationId: string): SqlQuery {
  const it = eq(organizationInvitations.organizationId, organizationId);
  return toQuery(systemDatabase(driver).delete(organizationInvitations).where(it));
}

function isOpen(at: Date) {
  const { acceptedAt, revokedAt, expiresAt } = organizationInvitations;
  return and(isNull(acceptedAt), isNull(revokedAt), gt(expiresAt, at));
}
