import { type ErrorCode, PlinthError } from "@plinth/core";
import { element, type Xml } from "./xml.ts";

/** The errors of S3 that this endpoint has, with their status. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const S3_ERRORS = {
  AccessDenied: { status: 403, plinth: "FORBIDDEN" },
  AccessControlListNotSupported: { status: 400, plinth: "BAD_REQUEST" },
  AuthorizationHeaderMalformed: { status: 400, plinth: "BAD_REQUEST" },
  AuthorizationQueryParametersError: { status: 400, plinth: "BAD_REQUEST" },
  BadRequest: { status: 400, plinth: "BAD_REQUEST" },
  BadDigest: { status: 400, plinth: "BAD_REQUEST" },
  BucketAlreadyOwnedByYou: { status: 409, plinth: "CONFLICT" },
  BucketNotEmpty: { status: 409, plinth: "CONFLICT" },
  EntityTooSmall: { status: 400, plinth: "BAD_REQUEST" },
  EntityTooLarge: { status: 400, plinth: "BODY_TOO_LARGE" },
  IncompleteBody: { status: 400, plinth: "BAD_REQUEST" },
  InternalError: { status: 500, plinth: "INTERNAL" },
  InvalidAccessKeyId: { status: 403, plinth: "FORBIDDEN" },
  InvalidArgument: { status: 400, plinth: "BAD_REQUEST" },
  InvalidBucketName: { status: 400, plinth: "BAD_REQUEST" },
  InvalidChunkSizeError: { status: 400, plinth: "BAD_REQUEST" },
  InvalidDigest: { status: 400, plinth: "BAD_REQUEST" },
  InvalidPart: { status: 400, plinth: "BAD_REQUEST" },
  InvalidPartNumber: { status: 416, plinth: "RANGE_NOT_SATISFIABLE" },
  InvalidPartOrder: { status: 400, plinth: "BAD_REQUEST" },
  InvalidRange: { status: 416, plinth: "RANGE_NOT_SATISFIABLE" },
  InvalidRequest: { status: 400, plinth: "BAD_REQUEST" },
  InvalidLocationConstraint: { status: 400, plinth: "BAD_REQUEST" },
  InvalidStorageClass: { status: 400, plinth: "BAD_REQUEST" },
  InvalidTag: { status: 400, plinth: "BAD_REQUEST" },
  InvalidToken: { status: 400, plinth: "BAD_REQUEST" },
  InvalidURI: { status: 400, plinth: "BAD_REQUEST" },
  KeyTooLongError: { status: 400, plinth: "BAD_REQUEST" },
  MalformedTrailerError: { status: 400, plinth: "BAD_REQUEST" },
  MalformedXML: { status: 400, plinth: "BAD_REQUEST" },
  MetadataTooLarge: { status: 400, plinth: "BAD_REQUEST" },
  MissingContentLength: { status: 411, plinth: "BAD_REQUEST" },
  MethodNotAllowed: { status: 405, plinth: "METHOD_NOT_ALLOWED" },
  NoSuchBucket: { status: 404, plinth: "NOT_FOUND" },
  NoSuchKey: { status: 404, plinth: "NOT_FOUND" },
  NoSuchUpload: { status: 404, plinth: "NOT_FOUND" },
  NoSuchVersion: { status: 404, plinth: "NOT_FOUND" },
  NotImplemented: { status: 501, plinth: "UNSUPPORTED_BY_HOST" },
  OperationAborted: { status: 409, plinth: "CONFLICT" },
  PreconditionFailed: { status: 412, plinth: "PRECONDITION_FAILED" },
  QuotaExceeded: { status: 403, plinth: "LIMIT_EXCEEDED" },
  RequestTimeTooSkewed: { status: 403, plinth: "FORBIDDEN" },
  RequestTimeout: { status: 400, plinth: "REQUEST_TIMEOUT" },
  ServiceUnavailable: { status: 503, plinth: "UNAVAILABLE" },
  SignatureDoesNotMatch: { status: 403, plinth: "FORBIDDEN" },
  SlowDown: { status: 503, plinth: "RATE_LIMITED" },
  XAmzContentSHA256Mismatch: { status: 400, plinth: "BAD_REQUEST" },
} as const satisfies Record<string, { status: number; plinth: ErrorCode }>;

type S3ErrorCode = keyof typeof S3_ERRORS;

/** An error that only this protocol has. */
export class S3Error extends PlinthError {
  constructor(
    readonly s3: S3ErrorCode,
    message: string,
    /** Further elements of the answer, which clients may read. */
    readonly about: Readonly<Record<string, string>> = {},
  ) {
    super(S3_ERRORS[s3].plinth, message);
  }
}

export const notImplemented = (what: string): S3Error =>
  new S3Error("NotImplemented", "A header you provided implies functionality that is not implemented.", {
    Detail: `This endpoint does not offer ${what}.`,
  });

/** What an error of the engine is in S3, where one code is enough. */
const BY_CODE: Partial<Record<ErrorCode, S3ErrorCode>> = {
  UNAUTHORIZED: "AccessDenied",
  FORBIDDEN: "AccessDenied",
  WORKSPACE_MISMATCH: "AccessDenied",
  WORKSPACE_ARCHIVED: "AccessDenied",
  METHOD_NOT_ALLOWED: "MethodNotAllowed",
  REQUEST_TIMEOUT: "RequestTimeout",
  CONFLICT: "OperationAborted",
  REFERENCE_IN_USE: "OperationAborted",
  PRECONDITION_FAILED: "PreconditionFailed",
  BODY_TOO_LARGE: "EntityTooLarge",
  RANGE_NOT_SATISFIABLE: "InvalidRange",
  LIMIT_EXCEEDED: "QuotaExceeded",
  RATE_LIMITED: "SlowDown",
  OVERLOADED: "SlowDown",
  UPLOAD_LOCKED: "SlowDown",
  UNSUPPORTED_BY_HOST: "NotImplemented",
  UNAVAILABLE: "ServiceUnavailable",
  OUTCOME_UNKNOWN: "ServiceUnavailable",
};

const TOO_LONG = /may have at most|must have at most/;
/** By the field of the request that names what is not there. */
const NOT_FOUND: Readonly<Record<string, S3ErrorCode>> = {
  bucket: "NoSuchBucket",
  uploadId: "NoSuchUpload",
  version: "NoSuchVersion",
};

export function s3CodeOf(error: PlinthError): S3ErrorCode {
  if (error instanceof S3Error) return error.s3;
  if (error.code === "NOT_FOUND") {
    const { field } = error.details ?? {};
    return NOT_FOUND[`${field}`] ?? "NoSuchKey";
  }
  if (error.code === "VALIDATION" && error.details?.field === "path" && TOO_LONG.test(error.message))
    return "KeyTooLongError";
  return BY_CODE[error.code] ?? (error.status >= 500 ? "InternalError" : "InvalidArgument");
}

/** The texts of S3 for what the engine says in its own words, with routes that clients of S3 do not use. */
const TEXTS: Partial<Record<S3ErrorCode, string>> = {
  NoSuchBucket: "The specified bucket does not exist.",
  NoSuchKey: "The specified key does not exist.",
  NoSuchUpload:
    "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  NoSuchVersion: "The specified version does not exist.",
  BucketAlreadyOwnedByYou: "Your previous request to create the named bucket succeeded and you already own it.",
  InvalidBucketName: "The specified bucket is not valid.",
  InvalidRange: "The requested range is not satisfiable",
  KeyTooLongError: "Your key is too long.",
  MalformedXML: "The XML you provided was not well-formed or did not validate against our published schema.",
  MetadataTooLarge: "Your metadata headers exceed the maximum allowed metadata size",
  PreconditionFailed: "At least one of the pre-conditions you specified did not hold.",
};

/** Inside of an answer that has several, or alone. */
export function errorElements(error: PlinthError): Xml[] {
  const code = s3CodeOf(error);
  const about = error instanceof S3Error ? Object.entries(error.about) : [];
  return [
    element("Code", code),
    element("Message", TEXTS[code] ?? error.message),
    ...about.map(([name, value]) => element(name, value)),
  ];
}

export function s3ErrorResponse(error: PlinthError, requestId: string, request: Request): Response {
  const { status } = S3_ERRORS[s3CodeOf(error)];
  const resource = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(request.url)?.[1] ?? "";
  const about = [element("Resource", resource), element("RequestId", requestId)];
  const { xml } = element("Error", [...errorElements(error), ...about]);
  const retry = error.details?.retry_after;
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`, {
    status,
    headers: {
      "content-type": "application/xml",
      "x-amz-request-id": requestId,
      ...(typeof retry === "number" && { "retry-after": String(retry) }),
      // The rest of the body is not awaited.
      ...(status === 400 && error.code === "REQUEST_TIMEOUT" && { connection: "close" }),
    },
  });
}
