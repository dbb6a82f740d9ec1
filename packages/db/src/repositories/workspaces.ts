import { OPERATORS_POOL_ID, type SqlDriver, type SqlQuery } from "@plinth/core";
import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, ne, or, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { members, workspaces } from "../system/schema.ts";

export type WorkspaceRow = typeof workspaces.$inferSelect;

/** The pool of the operators is no workspace. */
const isWorkspace = ne(workspaces.id, OPERATORS_POOL_ID);

/** All of them, the oldest first. */
export async function listWorkspaceRows(driver: SqlDriver): Promise<WorkspaceRow[]> {
  return systemDatabase(driver).select().from(workspaces).where(isWorkspace).orderBy(asc(workspaces.id));
}

/** A page of the workspaces after an id; `memberId`: of those of which this operator is a member. */
export async function listWorkspacePage(
  driver: SqlDriver,
  { memberId, limit, after }: { readonly memberId?: string | undefined; limit: number; after?: string | undefined },
): Promise<WorkspaceRow[]> {
  const database = systemDatabase(driver);
  const own =
    memberId === undefined
      ? undefined
      : inArray(
          workspaces.id,
          database.select({ id: members.workspaceId }).from(members).where(eq(members.userId, memberId)),
        );
  const later = after === undefined ? undefined : gt(workspaces.id, after);
  return database
    .select()
    .from(workspaces)
    .where(and(isWorkspace, own, later))
    .orderBy(asc(workspaces.id))
    .limit(limit);
}

/** Those in use: neither archived nor deleted. */
export async function listWorkspaceIds(driver: SqlDriver): Promise<string[]> {
  const inUse = and(isWorkspace, isNull(workspaces.archivedAt), isNull(workspaces.deletedAt));
  const rows = await systemDatabase(driver).select({ id: workspaces.id }).from(workspaces).where(inUse);
  return rows.map(({ id }) => id);
}

export function insertWorkspace(driver: SqlDriver, row: WorkspaceRow): SqlQuery {
  return toQuery(systemDatabase(driver).insert(workspaces).values(row));
}

/** By slug or id, whatever its state. */
export async function findWorkspace(driver: SqlDriver, name: string): Promise<WorkspaceRow | undefined> {
  const [row] = await systemDatabase(driver)
    .select()
    .from(workspaces)
    .where(and(or(eq(workspaces.slug, name), eq(workspaces.id, name)), isWorkspace));
  return row;
}

/** What the life of a workspace changes: none of it is overwritten by somebody who has read it before. */
const STATES = ["archivedAt", "archivedBy", "deletedAt", "deletedBy", "purgeAt"] as const;

/**
 * Writes the columns that differ, so that a new name stays where somebody else changes the state at the same time. The
 * batch fails with a guard where slug or state are no longer as they were before.
 */
export function changeWorkspaceQueries(driver: SqlDriver, before: WorkspaceRow, after: WorkspaceRow): SqlQuery[] {
  const database = systemDatabase(driver);
  const changed = (["slug", "name", ...STATES] as const).filter((name) => !isEqual(before[name], after[name]));
  const update = Object.fromEntries(changed.map((name) => [name, after[name]]));
  return [
    mustFind(driver, "workspace", database.select({ id: workspaces.id }).from(workspaces).where(isSame(before))),
    ...(changed.length === 0
      ? []
      : [toQuery(database.update(workspaces).set(update).where(eq(workspaces.id, before.id)))]),
  ];
}

const isEqual = (a: string | Date | null, b: string | Date | null): boolean => a?.valueOf() === b?.valueOf();

function isSame(before: WorkspaceRow) {
  return and(
    eq(workspaces.id, before.id),
    eq(workspaces.slug, before.slug),
    ...STATES.map((name) => {
      const value = before[name];
      return value === null ? isNull(workspaces[name]) : eq(workspaces[name], value);
    }),
  );
}

/** Deleted workspaces whose data are to be deleted by now. */
export function listWorkspacesToPurge(driver: SqlDriver, now: Date, limit: number): Promise<WorkspaceRow[]> {
  return systemDatabase(driver)
    .select()
    .from(workspaces)
    .where(and(isNotNull(workspaces.deletedAt), lte(workspaces.purgeAt, now)))
    .orderBy(asc(workspaces.purgeAt), asc(workspaces.id))
    .limit(limit);
}

/** By slug or id. */
export async function findWorkspaceId(driver: SqlDriver, name: string): Promise<string | undefined> {
  const [row] = await systemDatabase(driver)
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(or(eq(workspaces.slug, name), eq(workspaces.id, name)), isWorkspace));
  return row?.id;
}

export async function findWorkspaceSlug(driver: SqlDriver, id: string): Promise<string | undefined> {
  const [row] = await systemDatabase(driver)
    .select({ slug: workspaces.slug })
    .from(workspaces)
    .where(eq(workspaces.id, id));
  return row?.slug;
}

export async function findWorkspaceName(driver: SqlDriver, id: string): Promise<string | undefined> {
  const [row] = await systemDatabase(driver)
    .select({ name: workspaces.name })
    .from(workspaces)
    .where(eq(workspaces.id, id));
  return row?.name;
}

/** Its name and its slug. */
export async function findWorkspaceNames(driver: SqlDriver, id: string): Promise<string[]> {
  const [row] = await systemDatabase(driver)
    .select({ name: workspaces.name, slug: workspaces.slug })
    .from(workspaces)
    .where(eq(workspaces.id, id));
  return row ? [row.name, row.slug] : [];
}

/** What decides whether a catalog is current, and the workspace in use. Undefined where there is no such workspace. */
export async function findWorkspaceState(
  driver: SqlDriver,
  workspaceId: string,
): Promise<Pick<WorkspaceRow, "revision" | "archivedAt" | "deletedAt"> | undefined> {
  const { revision, archivedAt, deletedAt } = workspaces;
  const [row] = await systemDatabase(driver)
    .select({ revision, archivedAt, deletedAt })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row && { ...row, revision: Number(row.revision) };
}

/**
 * After `bumpRevision`, in its batch: it fails under the label where another change of the workspace's catalog or credentials came
 * since the revision was read.
 */
export function mustBeNext(driver: SqlDriver, workspaceId: string, revision: number, label: string): SqlQuery {
  const next = and(eq(workspaces.id, workspaceId), eq(workspaces.revision, revision + 1));
  return mustFind(driver, label, systemDatabase(driver).select({ id: workspaces.id }).from(workspaces).where(next));
}

/** The statement that makes every replica reload a workspace's catalog; part of each batch that changes it. */
export function bumpRevision(driver: SqlDriver, workspaceId: string): SqlQuery {
  return toQuery(
    systemDatabase(driver)
      .update(workspaces)
      .set({ revision: sql`${workspaces.revision} + 1` })
      .where(eq(workspaces.id, workspaceId)),
  );
}
