import type { Change } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasIdAmong } from "../../../read/conditions.ts";
import { findBuiltIn } from "../../../write/built-in-items.ts";
import { filesCollection } from "../file-items.ts";
import { listMisplaced, moveStored } from "../shares/repository.ts";

/** Files that went to another path without a move of their contents, such as by an undo: their versions are at their path again. */
export async function followMoves(ctx: RequestContext, changes: readonly Change[]): Promise<void> {
  const moved = changes.filter(({ before, after }) => before && after && before.path !== after.path);
  if (moved.length === 0) return;
  const files = filesCollection(ctx);
  const ids = [...new Set(moved.map(({ item }) => item))];
  const rows = await findBuiltIn(ctx, files, { where: hasIdAmong(files, ids), limit: ids.length });
  const paths = new Map(rows.map(({ id, path }) => [id as string, path as string]));
  for (const id of await listMisplaced(ctx.driver, paths)) {
    const queries = moveStored(ctx.driver, [id], { folder: undefined, to: paths.get(id)! });
    await ctx.driver.batch(queries);
  }
}
