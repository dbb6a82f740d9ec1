import { PlinthError } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { requireBucket } from "../buckets.ts";
import type { FileLocation } from "../file-items.ts";
import type { BucketRow } from "../repository.ts";

/** What an access key may reach. */
export interface S3Grant {
  readonly keyId: string;
  /** Null: all of them. */
  readonly buckets: readonly string[] | null;
  /** Keys begin with it; empty: all of them. */
  readonly prefix: string;
  readonly readOnly: boolean;
  /** When it was made, in milliseconds: a bucket that got its name later is another one than it names. */
  readonly since: number;
}

export const reachesBucket = ({ buckets, since }: S3Grant, bucket: { name: string; createdAt: number }): boolean =>
  buckets === null || (buckets.includes(bucket.name) && bucket.createdAt <= since);

/** The bucket. Throws where there is none, or the access key may not reach it at all. */
export async function requireBucketGrant(ctx: RequestContext, grant: S3Grant, bucket: string): Promise<BucketRow> {
  if (grant.buckets !== null && !grant.buckets.includes(bucket)) throw otherBucket();
  const row = await requireBucket(ctx, bucket);
  if (!reachesBucket(grant, row)) throw otherBucket();
  return row;
}

const otherBucket = () => new PlinthError("FORBIDDEN", "This access key may not use this bucket.", { field: "bucket" });

/** The same, and throws where it may not read the key, or write it. The path is in the form in which it is stored. */
export async function requireKeyGrant(
  ctx: RequestContext,
  grant: S3Grant,
  { bucket, path }: FileLocation,
  action: "read" | "write",
): Promise<BucketRow> {
  const row = await requireBucketGrant(ctx, grant, bucket);
  if (action === "write") requireWritingAt(grant, path);
  else requirePathGrant(grant, path);
  return row;
}

function requirePathGrant({ prefix }: S3Grant, path: string): void {
  if (path.startsWith(prefix)) return;
  throw new PlinthError("FORBIDDEN", "This access key is for keys with another prefix.", { field: "path" });
}

export function requireWritingAt(grant: S3Grant, path: string): void {
  requirePathGrant(grant, path);
  requireWriting(grant);
}

/** Throws unless the access key is for all of the workspace: such a key makes and deletes buckets. */
export function requireWholeGrant(grant: S3Grant): void {
  requireWriting(grant);
  if (grant.buckets === null && grant.prefix === "") return;
  throw new PlinthError("FORBIDDEN", "This access key is limited to some buckets or keys.");
}

function requireWriting({ readOnly }: S3Grant): void {
  if (readOnly) throw new PlinthError("FORBIDDEN", "This access key may only read.");
}
