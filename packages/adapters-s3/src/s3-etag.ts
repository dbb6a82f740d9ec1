import { conditionFailed, type FileCondition, FileStoreError } from "@plinth/core";

export function etagFrom(headers: Headers): string {
  return (headers.get("etag") ?? "").replaceAll('"', "");
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function conditionHeaders(condition: FileCondition | undefined): Record<string, string> {
  if (!condition) return {};
  return "absent" in condition ? { "if-none-match": "*" } : { "if-match": `"${condition.etag}"` };
}

/** A file that should have an etag and is not there is, for S3, not found. */
export function missedCondition(error: unknown, key: string, condition: FileCondition | undefined): never {
  const missed =
    condition && error instanceof FileStoreError && error.kind === "not_found" && !/NoSuchUpload/.test(error.message);
  throw missed ? conditionFailed(key) : error;
}
