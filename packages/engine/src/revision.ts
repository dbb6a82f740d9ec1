import type { SqlDriver } from "@plinth/core";
import { system, systemDatabase } from "@plinth/db";
import { eq, sql } from "drizzle-orm";

/** The statement that tells every replica to read a workspace's catalog anew; part of each batch that changes it. */
export function bumpRevision(driver: SqlDriver, workspaceId: string) {
  return systemDatabase(driver)
    .update(system.workspaces)
    .set({ revision: sql`${system.workspaces.revision} + 1` })
    .where(eq(system.workspaces.id, workspaceId));
}
