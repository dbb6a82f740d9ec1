import type { SqlDriver } from "@plinth/core";
import { system, systemDatabase } from "@plinth/db";
import { eq, sql } from "drizzle-orm";
import { REVISED } from "./changes/announce.ts";
import type { Engine } from "./engine.ts";

/** The statement that tells every replica to read a workspace's catalog anew; part of each batch that changes it. */
export function bumpRevision(driver: SqlDriver, workspaceId: string) {
  return systemDatabase(driver)
    .update(system.workspaces)
    .set({ revision: sql`${system.workspaces.revision} + 1` })
    .where(eq(system.workspaces.id, workspaceId));
}

/** After such a batch: the next request here reads the catalog anew, and whoever listens is woken to look at it. */
export async function revised(engine: Engine, workspaceId: string): Promise<void> {
  engine.catalogs.forget(workspaceId);
  await engine.announcer?.announce(workspaceId, REVISED);
}
