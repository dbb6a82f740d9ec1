import { PlinthError } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { deleteFile } from "../delete-file.ts";
import { type FileLocation, findFileAt } from "../file-items.ts";
import { deleteVersion, listVersions, restoreFile } from "../versions/index.ts";
import { deletionIn, requireVersionId } from "./deletions.ts";
import { requireKeyGrant, type S3Grant } from "./grant.ts";
import { objectLocation, type VersionAddress } from "./objects.ts";

/** Deletes the bytes of a version for good, or takes a deletion back. A version that is not there is no error. */
export async function deleteObjectVersion(
  ctx: RequestContext,
  grant: S3Grant,
  given: VersionAddress & { readonly version: string },
): Promise<void> {
  const location = objectLocation(given);
  await requireKeyGrant(ctx, grant, location, "write");
  const version = requireVersionId(given.version);
  const deleted = deletionIn(version);
  try {
    if (deleted === undefined) await removeBytes(ctx, location, version);
    else if (!(await findFileAt(ctx, location))) await restoreFile(ctx, { ...location, version: deleted });
  } catch (error) {
    if (!(error instanceof PlinthError && error.code === "NOT_FOUND") || error.details?.field === "bucket") throw error;
  }
}

/** Where they are what the object has now, it has those before them, or it is deleted too. */
async function removeBytes(ctx: RequestContext, location: FileLocation, version: string): Promise<void> {
  const file = await findFileAt(ctx, location);
  if (file?.content === version) {
    const before = await versionBefore(ctx, location);
    if (before !== undefined) await restoreFile(ctx, { ...location, version: before });
    else await deleteFile(ctx, location, { contents: [version] }).catch(unlessReplaced);
  }
  await deleteVersion(ctx, location, version);
}

/** Where others have stored other bytes meanwhile, these are an older version already. */
function unlessReplaced(error: unknown): void {
  if (!(error instanceof PlinthError && error.code === "PRECONDITION_FAILED")) throw error;
}

/** The newest one that the object does not have now, behind any number of contents that are no versions. */
async function versionBefore(ctx: RequestContext, location: FileLocation): Promise<string | undefined> {
  let cursor: string | undefined;
  do {
    const page = await listVersions(ctx, location, { limit: 100, cursor });
    const before = page.data.find(({ current }) => !current);
    if (before) return before.version;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return undefined;
}
