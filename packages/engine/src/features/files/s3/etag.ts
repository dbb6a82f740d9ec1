import type { S3ContentRow } from "./repository.ts";

/**
 * The tag of a content without quotes: the MD5 of its bytes where a client of S3 has sent them. Clients take 32 hexadecimal digits for an
 * MD5, so that of other contents has a `-`, as uploads in parts have it.
 */
export function s3EtagOf(content: string, stored: S3ContentRow | undefined): string {
  return stored?.etag ?? `${content.replaceAll("-", "")}-0`;
}
