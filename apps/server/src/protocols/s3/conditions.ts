import type { ObjectPrecondition, OpenedObject } from "@plinth/engine";
import { notImplemented, S3Error } from "./errors.ts";

/** Tags with or without quotes, as S3 takes both. */
export function tagsIn(header: string): string[] {
  return header.split(",").map((one) => one.trim().replace(/^(?:W\/)?"(.*)"$/, "$1"));
}

/** The state in which the object has to be, for a write. */
export function writeCondition(headers: Headers): ObjectPrecondition | undefined {
  const none = headers.get("if-none-match");
  const match = headers.get("if-match");
  if (none !== null && match !== null) throw notImplemented("If-Match and If-None-Match of one write");
  if (none !== null) {
    if (none.trim() !== "*") throw notImplemented("If-None-Match with a tag for writes");
    return { absent: true };
  }
  if (match === null) return undefined;
  return { etags: match.trim() === "*" ? null : tagsIn(match) };
}

const SOURCE = "x-amz-copy-source-if-";

/** Throws where the source of a copy is not as its headers say. */
export function requireSource(headers: Headers, { etag, file }: OpenedObject): void {
  const of = (name: string) => headers.get(SOURCE + name);
  const changed = Math.floor(Date.parse(file.changedAt) / 1000);
  const isMatch = (header: string) => header.trim() === "*" || tagsIn(header).includes(etag);
  const isAfter = (header: string) => changed > Math.floor(Date.parse(header) / 1000);
  const [match, none, modified, unmodified] = ["match", "none-match", "modified-since", "unmodified-since"].map(of);
  const fails =
    (match != null && !isMatch(match)) ||
    (match == null && unmodified != null && isAfter(unmodified)) ||
    (none != null && isMatch(none)) ||
    (none == null && modified != null && !isAfter(modified));
  if (fails) throw new S3Error("PreconditionFailed", "The source of the copy is not as its condition says.");
}
