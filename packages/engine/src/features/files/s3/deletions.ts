import { isUuid, PlinthError } from "@plinth/core";

/**
 * The deletion of an object whose versions are kept. S3 has a version without bytes for it (a delete marker); here its id follows from that of
 * the newest bytes, and it is there as long as the object is deleted and has versions.
 */
const DELETED = "deleted-";

export const deletionOf = (content: string): string => DELETED + content;

/** The id of the newest bytes. Undefined: it is the id of bytes. */
export function deletionIn(version: string): string | undefined {
  const id = version.toLowerCase();
  const content = id.startsWith(DELETED) ? id.slice(DELETED.length) : undefined;
  return content !== undefined && isUuid(content) ? content : undefined;
}

/** As those of any store of S3 may be. */
const VERSION = /^[A-Za-z0-9.-]{20,1024}$/;

/** The id as it is stored, so that it can be compared. Throws for a text that no version can have as its id. */
export function requireVersionId(version: string): string {
  if (VERSION.test(version)) return version.toLowerCase();
  throw new PlinthError("VALIDATION", "Invalid version id specified", { field: "versionId" });
}
