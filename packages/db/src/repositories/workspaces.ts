import { OPERATORS_POOL_ID, type SqlDriver, type SqlQuery } from "@plinth/core";
import { and, asc, eq, ne, or, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { workspaces } from "../system/schema.ts";

export type WorkspaceRow = typeof workspaces.$inferSelect;

/** The pool of the operators is no workspace. */
const isWorkspace = ne(workspaces.id, OPERATORS_POOL_ID);

export async function listWorkspaceRows(driver: SqlDriver): Promise<WorkspaceRow[]> {
  return systemDatabase(driver)
    .select()
    .from(workspaces)
    .where(isWorkspace)
    .orderBy(asc(workspaces.createdAt), asc(workspaces.id));
}

export async function listWorkspaceIds(driver: SqlDriver): Promise<string[]> {
  const rows = await systemDatabase(driver).select({ id: workspaces.id }).from(workspaces).where(isWorkspace);
  return rows.map(({ id }) => id);
}

export function insertWorkspace(driver: SqlDriver, row: WorkspaceRow): SqlQuery {
  return toQuery(systemDatabase(driver).insert(workspaces).values(row));
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

/** Undefined where there is no such workspace. */
export async function findRevision(driver: SqlDriver, workspaceId: string): Promise<number | undefined> {
  const [row] = await systemDatabase(driver)
    .select({ revision: workspaces.revision })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row && Number(row.revision);
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
