import { bumpRevision } from "@plinth/db";
import { REVISED } from "../kernel/announce.ts";
import type { Engine, Scope } from "../kernel/engine.ts";
import { commit, type Write } from "./commit.ts";

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
  const bump = bumpRevision(driver, workspaceId);
  try {
    return await commit(scope, { ...write, queries: [bump, ...queries] });
  } finally {
    forget?.(engine);
    engine.catalogs.forget(workspaceId);
    await engine.announcer?.announce(workspaceId, REVISED);
  }
}
