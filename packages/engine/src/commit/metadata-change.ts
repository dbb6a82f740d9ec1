import { bumpRevision } from "@plinth/db";
import { METADATA_CHANGED } from "../kernel/announce.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { commit, type Write } from "./commit.ts";

interface MetadataChange<T> extends Write<T> {
  /** Removes entries from this process's caches that the change makes invalid. The catalog is dropped automatically. */
  readonly forget?: (engine: Engine) => void;
}

/**
 * Changes the data behind a workspace's catalog or its credentials, and returns the write's data. Afterwards, even if
 * the result is unknown, the next request here reads again, and subscribers are woken to check it.
 */
export async function commitMetadataChange<T>(
  ctx: RequestContext,
  { queries, forget, ...write }: MetadataChange<T>,
): Promise<T> {
  const { driver, engine } = ctx;
  const { workspaceId } = ctx.principal;
  // First, because its lock serializes concurrent changes of one workspace: each one sees the state after the previous
  // one.
  const bump = bumpRevision(driver, workspaceId);
  try {
    return await commit(ctx, { ...write, queries: [bump, ...queries] });
  } finally {
    forget?.(engine);
    engine.catalogs.forget(workspaceId);
    await engine.announcer?.announce(workspaceId, METADATA_CHANGED);
  }
}
