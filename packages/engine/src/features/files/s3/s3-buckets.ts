import { MOST_FILE_BYTES, PlinthError, type SqlDriver } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { createBucketSchema } from "../bucket-schema.ts";
import { createBucket, type FileBucket, listBuckets, removeBucket, updateBucket } from "../buckets.ts";
import { findBucketRow } from "../repository.ts";
import { reachesBucket, requireBucketGrant, requireWholeGrant, type S3Grant } from "./grant.ts";
import { listObjectVersions } from "./list-versions.ts";

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

export async function deleteS3Bucket(ctx: RequestContext, grant: S3Grant, name: string): Promise<void> {
  requireWholeGrant(grant);
  const kept = { bucket: name, prefix: "", delimiter: "", afterKey: "", afterVersion: undefined, limit: 1 };
  const { versions, next } = await listObjectVersions(ctx, grant, kept);
  // Versions may be behind the contents that one request reads: the sweep removes those.
  if (versions.length > 0 || next)
    throw new PlinthError("CONFLICT", `The bucket ${name} has files, or versions of them.`);
  await removeBucket(ctx, name);
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
