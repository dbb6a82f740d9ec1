import { FileStoreError, type FileStoreErrorKind } from "@plinth/core";
import { parseS3Xml, xmlTextOf } from "./s3-xml.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const CODES: Readonly<Record<string, FileStoreErrorKind>> = {
  NoSuchKey: "not_found",
  NoSuchUpload: "not_found",
  PreconditionFailed: "precondition_failed",
  ConditionalRequestConflict: "unavailable",
  OperationAborted: "unavailable",
  InvalidRange: "out_of_range",
  InvalidPart: "invalid_part",
  InvalidPartOrder: "invalid_part",
  EntityTooSmall: "invalid_part",
  EntityTooLarge: "too_large",
  QuotaExceeded: "full",
  InsufficientStorage: "full",
  IncompleteBody: "wrong_size",
  NoSuchBucket: "forbidden",
  RequestTimeout: "unavailable",
  SlowDown: "unavailable",
  InternalError: "unavailable",
  ServiceUnavailable: "unavailable",
};
const STATUSES: Readonly<Record<number, FileStoreErrorKind>> = {
  401: "forbidden",
  403: "forbidden",
  404: "not_found",
  408: "unavailable",
  412: "precondition_failed",
  416: "out_of_range",
  429: "unavailable",
  507: "full",
};
/** It says that it has done nothing. */
const REFUSALS = new Set(["SlowDown", "ConditionalRequestConflict", "OperationAborted", "ServiceUnavailable"]);

/** `refused`: the same request may be sent again, whatever it does. */
export interface S3Failure {
  readonly error: FileStoreError;
  readonly code: string;
  readonly refused: boolean;
}

/** Of an answer that is no success, or of a success whose body is an error. */
export function failureFrom(status: number, headers: Headers, body: string): S3Failure {
  const code = codeIn(body);
  const kind = CODES[code] ?? STATUSES[status] ?? (status >= 500 ? "unavailable" : "unknown");
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const retryAfterMs = seconds >= 0 ? seconds * 1000 : undefined;
  // Only the code: messages of S3 may quote what was signed.
  const error = new FileStoreError(kind, `S3 answered ${status}${code && ` ${code}`}`, { retryAfterMs });
  return { error, code, refused: REFUSALS.has(code) || status === 429 };
}

export function unreachable(cause: unknown): FileStoreError {
  return new FileStoreError("unavailable", "S3 did not answer", { cause });
}

/** Proxies in front of S3 answer pages of their own. */
function codeIn(body: string): string {
  if (!body.includes("<Error")) return "";
  try {
    const code = xmlTextOf(parseS3Xml(body), "Code") ?? "";
    return /^\w{1,64}$/.test(code) ? code : "";
  } catch {
    return "";
  }
}
