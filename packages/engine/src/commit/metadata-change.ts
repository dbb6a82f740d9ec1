import { bumpRevision } from "@plinth/db";
import { METADATA_CHANGED } from "../kernel/announce.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { commit, type Write } from "./commit.ts";

interface MetadataChange<T> extends Write<T> {
  /** Takes from this process's memory what the change makes untrue; the catalog goes by itself. */
  readonly forget?: (engine: Engine) => void;
}

/**
 * Changes what a workspace's catalog or its credentials are made of, and gives the data. Afterwards, even where it is
 * not known whether it was done, the next request here reads anew, and whoever listens is woken to look at it.
 */
export async function commitMetadataChange<T>(
  ctx: RequestContext,
  { queries, forget, ...write }: MetadataChange<T>,
): Promise<T> {
  const { driver, engine } = ctx;
  const { workspaceId } = ctx.principal;
  // First, because its lock makes those who change one workspace at once take turns: each is decided by what is there by then.
  const bump = bumpRevision(driver, workspaceId);
  try {
    return await commit(ctx, { ...write, queries: [bump, ...queries] });
  } finally {
    forget?.(engine);
    engine.catalogs.forget(workspaceId);
    await engine.announcer?.announce(workspaceId, METADATA_CHANGED);
  }
}
