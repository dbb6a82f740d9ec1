import type { SqlDriver, SqlQuery } from "@plinth/core";
import { and, asc, eq } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { workspaceHosts } from "../system/schema.ts";

export type WorkspaceHostRow = typeof workspaceHosts.$inferSelect;

export function listWorkspaceHostRows(driver: SqlDriver, workspaceId: string): Promise<WorkspaceHostRow[]> {
  return systemDatabase(driver)
    .select()
    .from(workspaceHosts)
    .where(eq(workspaceHosts.workspaceId, workspaceId))
    .orderBy(asc(workspaceHosts.host));
}

export async function findWorkspaceHost(driver: SqlDriver, host: string): Promise<WorkspaceHostRow | undefined> {
  const [row] = await systemDatabase(driver).select().from(workspaceHosts).where(eq(workspaceHosts.host, host));
  return row;
}

export function insertWorkspaceHost(driver: SqlDriver, row: WorkspaceHostRow): SqlQuery {
  return toQuery(systemDatabase(driver).insert(workspaceHosts).values(row));
}

export function deleteWorkspaceHost(
  driver: SqlDriver,
  { host, workspaceId }: Pick<WorkspaceHostRow, "host" | "workspaceId">,
): SqlQuery {
  const it = and(eq(workspaceHosts.host, host), eq(workspaceHosts.workspaceId, workspaceId));
  return toQuery(systemDatabase(driver).delete(workspaceHosts).where(it));
}
