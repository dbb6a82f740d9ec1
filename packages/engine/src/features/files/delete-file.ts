import { PlinthError } from "@plinth/core";
import { requireWriteAccess } from "../../access/write-policy.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { deleteItems } from "../../write/bulk.ts";
import { deleteItem } from "../../write/write.ts";
import { type FileLocation, filesCollection, findFileAt, isVisible, normalLocation, noSuchFile } from "./file-items.ts";
import { MOST_AT_ONCE } from "./move-files.ts";
import { type FilePrecondition, requirePrecondition } from "./precondition.ts";

/** Deletes a file; its bytes are kept for a while, so that it can be undone. Whoever may not see it learns nothing of it. */
export async function deleteFile(
  ctx: RequestContext,
  given: FileLocation,
  condition: FilePrecondition | undefined,
): Promise<{ deleted: number }> {
  const location = normalLocation(given);
  const collection = filesCollection(ctx);
  // Who may delete no file at all is refused in the same way, whether there is one or not.
  requireWriteAccess(ctx.catalog, ctx.principal, collection, "delete", []);
  const file = await findFileAt(ctx, location);
  if (!file) throw noSuchFile(location);
  // Before the condition, whose failure says that there is a file.
  if (condition && !(await isVisible(ctx, collection, file))) throw noSuchFile(location);
  requirePrecondition(condition, file);
  try {
    const versions = condition && [file.version as number];
    await deleteItem(ctx, collection.slug, file.id as string, { versions });
    return { deleted: 1 };
  } catch (error) {
    if (error instanceof PlinthError && error.code === "ITEM_NOT_FOUND") throw noSuchFile(location);
    throw error;
  }
}

/** Deletes all files of a folder that the caller may see and delete. */
export async function deleteFolder(ctx: RequestContext, given: FileLocation): Promise<{ deleted: number }> {
  const { bucket, path } = normalLocation(given);
  const { slug } = filesCollection(ctx);
  const filter = { bucket: { _eq: bucket }, path: { _starts_with: `${path}/` } };
  const { deleted } = await deleteItems(ctx, slug, { filter, limit: MOST_AT_ONCE });
  return { deleted: deleted as number };
}
