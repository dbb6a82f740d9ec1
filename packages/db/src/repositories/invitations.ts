import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, desc, eq, gt, inArray, isNull, like, lt, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { invitations, organizationInvitations, userRoles } from "../system/schema.ts";
import { addMemberQueries } from "./members.ts";
import { holdRoles } from "./roles.ts";

export type InvitationRow = typeof invitations.$inferSelect;

export function insertInvitation(driver: SqlDriver, row: typeof invitations.$inferInsert): SqlQuery {
  return toQuery(systemDatabase(driver).insert(invitations).values(row));
}

/** A page of a workspace's invitations, newest first, older than the invitation `before`. */
export async function listInvitationRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<InvitationRow[]> {
  const older = before === undefined ? undefined : lt(invitations.id, before);
  return systemDatabase(driver)
    .select()
    .from(invitations)
    .where(and(eq(invitations.workspaceId, workspaceId), older))
    .orderBy(desc(invitations.id))
    .limit(limit);
}

export async function findOpenInvitation(
  driver: SqlDriver,
  hash: string,
  now: number,
): Promise<InvitationRow | undefined> {
  const [row] = await systemDatabase(driver)
    .select()
    .from(invitations)
    .where(and(eq(invitations.hash, hash), isOpen(new Date(now))));
  return row;
}

/** The newest open invitation for an address, in lower case. */
export async function findOpenInvitationFor(
  driver: SqlDriver,
  workspaceId: string,
  email: string,
  now: number,
): Promise<InvitationRow | undefined> {
  const [row] = await systemDatabase(driver)
    .select()
    .from(invitations)
    .where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.email, email), isOpen(new Date(now))))
    .orderBy(desc(invitations.id))
    .limit(1);
  return row;
}

/** All invitations to an address, in lower case, the oldest first: of the workspace, and of its organizations. */
export async function listInvitationsTo(driver: SqlDriver, workspaceId: string, email: string) {
  const database = systemDatabase(driver);
  const to = (table: typeof invitations | typeof organizationInvitations) =>
    and(eq(table.workspaceId, workspaceId), eq(table.email, email));
  return {
    workspace: await database.select().from(invitations).where(to(invitations)).orderBy(asc(invitations.id)),
    organizations: await database
      .select()
      .from(organizationInvitations)
      .where(to(organizationInvitations))
      .orderBy(asc(organizationInvitations.id)),
  };
}

/** Deletes invitations, also into organizations, that expired before a time, at most `most` of each; true: there may be more. */
export async function deleteEndedInvitations(driver: SqlDriver, before: Date, most: number): Promise<boolean> {
  const database = systemDatabase(driver);
  let more = false;
  for (const table of [invitations, organizationInvitations]) {
    const rows = await database.select({ id: table.id }).from(table).where(lt(table.expiresAt, before)).limit(most);
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await driver.run(toQuery(database.delete(table).where(inArray(table.id, ids))));
    more ||= ids.length === most;
  }
  return more;
}

/** The batch fails with a guard where the workspace has no such invitation that is still open. */
export function revokeInvitationQueries(driver: SqlDriver, workspaceId: string, id: string, at: Date): SqlQuery[] {
  const it = and(eq(invitations.id, id), eq(invitations.workspaceId, workspaceId), isOpen(at));
  const database = systemDatabase(driver);
  return [
    mustFind(driver, "invitation", database.select({ id: invitations.id }).from(invitations).where(it)),
    toQuery(database.update(invitations).set({ revokedAt: at }).where(it)),
  ];
}

/**
 * Uses up an invitation and gives the user those of its roles that still exist. The batch fails under the label where
 * somebody was faster, or the invitation has ended.
 */
export function acceptInvitationQueries(
  driver: SqlDriver,
  {
    id,
    workspaceId,
    roles,
    memberOf,
  }: { id: string; workspaceId: string; roles: readonly string[]; memberOf: string | null },
  { userId, at, label }: { userId: string; at: Date; label: string },
): SqlQuery[] {
  const database = systemDatabase(driver);
  const open = and(eq(invitations.id, id), isOpen(at));
  return [
    // First, as a deletion of a role does: in another order, each could wait for what the other holds.
    ...(memberOf === null ? holdRoles(driver, workspaceId, roles) : []),
    // It makes another acceptance wait, whose guard then finds nothing: also one of the same user in the same millisecond.
    toQuery(database.update(invitations).set({ createdBy: invitations.createdBy }).where(open)),
    mustFind(driver, label, database.select({ id: invitations.id }).from(invitations).where(open)),
    toQuery(database.update(invitations).set({ acceptedAt: at, acceptedBy: userId }).where(open)),
    ...roles.flatMap((role) =>
      memberOf === null
        ? [giveRole(driver, workspaceId, userId, role)]
        : addMemberQueries(driver, { workspaceId: memberOf, userId, role, at }),
    ),
  ];
}

/** Nothing happens where the role has been deleted, or the user has it. */
function giveRole(driver: SqlDriver, workspaceId: string, userId: string, role: string): SqlQuery {
  const existing = sql`select workspace_id, ${userId}, name from plinth_roles
    where workspace_id = ${workspaceId} and name = ${role}`;
  return toQuery(systemDatabase(driver).insert(userRoles).select(existing).onConflictDoNothing());
}

/**
 * Takes a role that is deleted from the open invitations of a workspace: one of that name, made later, is another. The
 * roles are a JSON list, and no name needs an escape in it.
 */
export function removeRoleFromInvitations(driver: SqlDriver, workspaceId: string, role: string): SqlQuery {
  const name = JSON.stringify(role);
  const without = sql`replace(replace(replace(${invitations.roles}, ${`,${name}`}, ''), ${`${name},`}, ''), ${name}, '')`;
  const open = and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt));
  return toQuery(
    systemDatabase(driver)
      .update(invitations)
      .set({ roles: without })
      .where(and(eq(invitations.workspaceId, workspaceId), open, like(invitations.roles, `%${name}%`))),
  );
}

/** Ends the open invitations that somebody made, in any workspace. */
export function revokeInvitationsBy(driver: SqlDriver, createdBy: string, at: Date): SqlQuery {
  return toQuery(
    systemDatabase(driver)
      .update(invitations)
      .set({ revokedAt: at })
      .where(and(eq(invitations.createdBy, createdBy), isOpen(at))),
  );
}

function isOpen(at: Date) {
  return and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, at));
}
