import { FileStoreError, PlinthError } from "@plinth/core";

/** The error that a caller gets for an error of the store; its cause is for the log. */
export function storeFailure(error: unknown): unknown {
  if (!(error instanceof FileStoreError)) return error;
  const { kind, retryAfterMs } = error;
  const options = { cause: error };
  if (kind === "wrong_size") {
    return new PlinthError("BAD_REQUEST", "The body has another length than Content-Length says.", undefined, options);
  }
  if (kind === "too_large")
    return new PlinthError("BODY_TOO_LARGE", "The place for files takes no file of this size.", undefined, options);
  if (kind === "full")
    return new PlinthError("UNAVAILABLE", "The place for files is full.", { reason: "disk_full" }, options);
  // A disk that is mounted to be read, or a key that has lost a right: whoever operates the server can mend it.
  if (kind === "forbidden")
    return new PlinthError("UNAVAILABLE", "The place for files refuses this to the server.", undefined, options);
  // What was to be written has a new name, so nobody sees it even if it is there.
  if (kind === "unavailable" || kind === "outcome_unknown") {
    const details = retryAfterMs === undefined ? undefined : { retry_after: Math.ceil(retryAfterMs / 1000) };
    return new PlinthError("UNAVAILABLE", "The place for files does not answer; try again later.", details, options);
  }
  return new PlinthError("INTERNAL", undefined, undefined, options);
}
