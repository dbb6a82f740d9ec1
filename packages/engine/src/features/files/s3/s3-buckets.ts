import { and, MOST_FILE_BYTES, or, PlinthError, type SqlDriver } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasIdAmong } from "../../../read/conditions.ts";
import { findBuiltIn } from "../../../write/built-in-items.ts";
import { createBucketSchema } from "../bucket-schema.ts";
import { createBucket, type FileBucket, listBuckets, removeBucket, updateBucket } from "../buckets.ts";
import { contentsCollection, isUsed } from "../contents.ts";
import { keptIn } from "../kept/kept.ts";
import { type BucketRow, findBucketRow } from "../repository.ts";
import { reachesBucket, requireBucketGrant, requireWholeGrant, type S3Grant } from "./grant.ts";
import { listStoredByPath, type VersionsPlace } from "./repository.ts";

/** Those that the access key may use. */
export async function listS3Buckets(ctx: RequestContext, grant: S3Grant): Promise<FileBucket[]> {
  const found: FileBucket[] = [];
  let cursor: string | undefined;
  do {
    const page = await listBuckets(ctx, { limit: 100, cursor });
    const isReached = ({ name, created_at: at }: FileBucket) =>
      reachesBucket(grant, { name, createdAt: Date.parse(at) });
    found.push(...page.data.filter(isReached));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

export async function hasBucket(driver: SqlDriver, workspaceId: string, name: string): Promise<boolean> {
  return (await findBucketRow(driver, workspaceId, name)) !== undefined;
}

export interface S3Bucket {
  /** It keeps the versions of its objects. */
  readonly versions: boolean;
}

export async function requireS3Bucket(ctx: RequestContext, grant: S3Grant, bucket: string): Promise<S3Bucket> {
  const { versions } = await requireBucketGrant(ctx, grant, bucket);
  return { versions };
}

/** Without a limit of its own for one file: clients of S3 expect none. */
export async function createS3Bucket(ctx: RequestContext, grant: S3Grant, name: string): Promise<void> {
  requireWholeGrant(grant);
  const input = createBucketSchema.safeParse({ name, max_bytes: MOST_FILE_BYTES });
  if (!input.success) throw new PlinthError("VALIDATION", input.error.issues[0]!.message, { field: "name" });
  await createBucket(ctx, input.data);
}

/** A bucket whose versions are all deleted goes, though their bytes are still to be removed. */
export async function deleteS3Bucket(ctx: RequestContext, grant: S3Grant, name: string): Promise<void> {
  requireWholeGrant(grant);
  const bucket = await requireBucketGrant(ctx, grant, name);
  if (await keepsVersions(ctx, bucket))
    throw new PlinthError("CONFLICT", `The bucket ${name} has files, or versions of them.`, {
      field: bucket.versions ? "versions" : "name",
    });
  await removeBucket(ctx, name);
}

const READ_AT_ONCE = 1000;
/** Of one request: on D1 it has a thousand statements, and each read is two. */
const MAX_READS = 300;

/** Most contents that are stored may be deleted versions, which the sweep removes later. */
async function keepsVersions(ctx: RequestContext, bucket: BucketRow): Promise<boolean> {
  const contents = contentsCollection(ctx);
  const isThere = or(keptIn(ctx, bucket), isUsed(ctx, contents));
  let place: VersionsPlace = { path: "", id: undefined, isIncluded: true };
  for (let reads = 0; reads < MAX_READS; reads++) {
    const stored = await listStoredByPath(ctx.driver, bucket, [], place, READ_AT_ONCE);
    const ids = stored.map(({ id }) => id);
    const where = and(hasIdAmong(contents, ids), isThere);
    if (ids.length > 0 && (await findBuiltIn(ctx, contents, { where, limit: 1 })).length > 0) return true;
    if (stored.length < READ_AT_ONCE) return false;
    place = { ...stored.at(-1)!, isIncluded: false };
  }
  const message = `The bytes of many deleted versions of ${bucket.name} are still to be removed; delete the bucket when they are.`;
  throw new PlinthError("OVERLOADED", message, { retry_after: 600 });
}

/** By access keys that make and delete buckets too. */
export async function keepS3Versions(
  ctx: RequestContext,
  grant: S3Grant,
  name: string,
  versions: boolean,
): Promise<void> {
  await requireBucketGrant(ctx, grant, name);
  requireWholeGrant(grant);
  await updateBucket(ctx, name, { versions });
}
