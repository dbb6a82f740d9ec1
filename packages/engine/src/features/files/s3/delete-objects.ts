import { and, type Condition, filePathProblem, PlinthError, type Row } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasValues } from "../../../read/conditions.ts";
import { findBuiltIn } from "../../../write/built-in-items.ts";
import { deleteItems } from "../../../write/bulk.ts";
import { deleteFile } from "../delete-file.ts";
import { type FileLocation, filesCollection, findFileAt } from "../file-items.ts";
import { requireBucketGrant, requireKeyGrant, requireWritingAt, type S3Grant } from "./grant.ts";
import { inHalves } from "./in-halves.ts";
import { filePrecondition, type ObjectPrecondition, objectLocation } from "./objects.ts";

/** An object that is not there is no error, unless there is a condition. The id of the bytes that it had, where its bucket keeps them. */
export async function deleteObject(
  ctx: RequestContext,
  grant: S3Grant,
  given: FileLocation,
  condition?: ObjectPrecondition,
): Promise<{ readonly kept: string | undefined }> {
  const location = objectLocation(given);
  const bucket = await requireKeyGrant(ctx, grant, location, "write");
  const file = bucket.versions ? await findFileAt(ctx, location) : undefined;
  try {
    await deleteFile(ctx, location, await filePrecondition(ctx, location, condition));
  } catch (error) {
    if (condition || !(error instanceof PlinthError && error.code === "NOT_FOUND")) throw error;
  }
  return { kept: file?.content as string | undefined };
}

/** What became of a key: an error that kept it, or nothing, where it is deleted or was not there. */
export interface DeletedObject {
  readonly error: PlinthError | undefined;
  /** The id of the bytes that it had, where its bucket keeps them. */
  readonly kept: string | undefined;
}

/** In the order of the keys. */
export async function deleteObjects(
  ctx: RequestContext,
  grant: S3Grant,
  bucket: string,
  keys: readonly string[],
): Promise<DeletedObject[]> {
  const { versions } = await requireBucketGrant(ctx, grant, bucket);
  const paths = keys.map((key) => key.normalize("NFC"));
  // No object can have the others.
  const possible = paths.filter((path) => filePathProblem(path.replace(/\/$/, "")) === undefined);
  const refused = new Map<string, PlinthError>();
  for (const path of possible) {
    const error = await refusedBy(() => requireWritingAt(grant, path));
    if (error) refused.set(path, error);
  }
  const allowed = possible.filter((path) => !refused.has(path));
  const before = versions && allowed.length > 0 ? await filesAt(ctx, bucket, allowed) : new Map<string, Row>();
  const { slug } = filesCollection(ctx);
  const stay = await inHalves([...new Set(allowed)], (some) =>
    refusedBy(() => {
      const filter = { bucket: { _eq: bucket }, path: { _in: [...some] } };
      return deleteItems(ctx, slug, { filter, limit: some.length });
    }),
  );
  for (const [path, error] of stay) refused.set(path, error);
  return paths.map((path) => ({
    error: refused.get(path),
    kept: before.get(path)?.content as string | undefined,
  }));
}

/** The error with which some work was refused, if it was. */
export async function refusedBy(work: () => unknown): Promise<PlinthError | undefined> {
  try {
    await work();
  } catch (error) {
    if (error instanceof PlinthError) return error;
    throw error;
  }
  return undefined;
}

/** The files that are at these paths now. */
export async function filesAt(
  ctx: RequestContext,
  bucket: string,
  paths: readonly string[],
): Promise<Map<string, Row>> {
  const files = filesCollection(ctx);
  const among: Condition = {
    ...{ kind: "in", ref: { field: files.byName.get("path")! }, negated: false },
    operand: { value: [...paths] },
  };
  const where = and(hasValues(files, ["bucket"], { bucket }), among);
  const rows = await findBuiltIn(ctx, files, { where, limit: paths.length });
  return new Map(rows.map((row) => [row.path as string, row]));
}
