import type { SqlDriver } from "@plinth/core";
import { system, systemDatabase, toQuery } from "@plinth/db";
import { eq, sql } from "drizzle-orm";
import { REVISED } from "../kernel/announce.ts";
import type { Engine, Scope } from "../kernel/engine.ts";
import { commit, type Write } from "./commit.ts";

/** The statement that tells every replica to read a workspace's catalog anew; part of each batch that changes it. */
export function bumpRevision(driver: SqlDriver, workspaceId: string) {
  return systemDatabase(driver)
    .update(system.workspaces)
    .set({ revision: sql`${system.workspaces.revision} + 1` })
    .where(eq(system.workspaces.id, workspaceId));
}

interface Revision<T> extends Write<T> {
  /** Takes from this process's memory what the change makes untrue; the catalog goes by itself. */
  readonly forget?: (engine: Engine) => void;
}

/**
 * Changes what a workspace's catalog or its credentials are made of, and gives the data. Afterwards, even where it is
 * not known whether it was done, the next request here reads anew, and whoever listens is woken to look at it.
 */
export async function revise<T>(scope: Scope, { queries, forget, ...write }: Revision<T>): Promise<T> {
  const { driver, engine } = scope;
  const { workspaceId } = scope.principal;
  // First, because its lock makes those who change one workspace at once take turns: each is judged by what is then.
  const bump = toQuery(bumpRevision(driver, workspaceId));
  try {
    return await commit(scope, { ...write, queries: [bump, ...queries] });
  } finally {
    forget?.(engine);
    engine.catalogs.forget(workspaceId);
    await engine.announcer?.announce(workspaceId, REVISED);
  }
}
