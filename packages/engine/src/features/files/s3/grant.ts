import { PlinthError } from "@plinth/core";

/** What an access key may reach. */
export interface S3Grant {
  readonly keyId: string;
  /** Null: all of them. */
  readonly buckets: readonly string[] | null;
  /** Keys begin with it; empty: all of them. */
  readonly prefix: string;
  readonly readOnly: boolean;
}

/** Throws where the access key may not reach the bucket at all. */
export function requireBucketGrant({ buckets }: S3Grant, bucket: string): void {
  if (buckets === null || buckets.includes(bucket)) return;
  throw new PlinthError("FORBIDDEN", "This access key may not use this bucket.", { field: "bucket" });
}

/** Throws where the access key may not read the key, or write it. The path is in the form in which it is stored. */
export function requireKeyGrant(grant: S3Grant, bucket: string, path: string, action: "read" | "write"): void {
  requireBucketGrant(grant, bucket);
  if (!path.startsWith(grant.prefix)) {
    throw new PlinthError("FORBIDDEN", "This access key is for keys with another prefix.", { field: "path" });
  }
  if (action === "write") requireWriting(grant);
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
