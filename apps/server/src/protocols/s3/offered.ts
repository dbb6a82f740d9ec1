import { notImplemented, S3Error } from "./errors.ts";

/** What clients may ask for by headers, and would miss if nothing were done about it. */

const REFUSED = [
  ["x-amz-server-side-encryption", "encryption by keys of its own"],
  ["x-amz-object-lock", "locks of objects"],
  ["x-amz-bucket-object-lock", "locks of objects"],
  ["x-amz-website-redirect-location", "websites"],
  ["x-amz-write-offset-bytes", "appending to an object"],
  ["x-amz-if-match-", "conditions by the time or the size of an object"],
  ["x-amz-copy-source-server-side-encryption", "encryption by keys of its own"],
] as const;
/** Who has a key reads the object, and nobody else. */
const OWN_ACLS: ReadonlySet<string> = new Set(["private", "bucket-owner-full-control", "bucket-owner-read"]);

/** Throws for a request that only a part of which could be done. */
export function requireOffered(headers: Headers): void {
  for (const [name, value] of headers) {
    const found = REFUSED.find(([start]) => name.startsWith(start));
    if (found && value.toLowerCase() !== "false") throw notImplemented(`${found[1]} (${name})`);
    if (name.startsWith("x-amz-grant-") || (name === "x-amz-acl" && !OWN_ACLS.has(value)))
      throw new S3Error("AccessControlListNotSupported", "Access is decided by rules and access keys, not by lists.");
  }
  const storage = headers.get("x-amz-storage-class") ?? "STANDARD";
  if (storage !== "STANDARD") throw new S3Error("InvalidStorageClass", "There is one storage class: STANDARD.");
}
