import { excerpt } from "./excerpt.ts";
import type { LimitState } from "./rate-limit.ts";

/**
 * The closed catalogue of errors. The key is the code on the wire; `docs/errors.md` is checked against it.
 * A code's sentence is the default message; a thrower may give a more precise one.
 */
export const ERRORS = {
  BAD_REQUEST: { status: 400, message: "The request could not be understood." },
  MALFORMED_JSON: { status: 400, message: "The body is not valid JSON." },
  INVALID_UTF8: { status: 400, message: "The body is not valid UTF-8." },
  UNAUTHORIZED: { status: 401, message: "Sign in or send an API key." },
  INVALID_CREDENTIALS: { status: 401, message: "Email or password is wrong." },
  INVALID_CODE: { status: 401, message: "The code is wrong, has been used, or has expired." },
  INVALID_TOKEN: { status: 401, message: "The token is invalid, expired or revoked." },
  INVALID_API_KEY: { status: 401, message: "The API key is unknown, expired or revoked." },
  FORBIDDEN: { status: 403, message: "You may not do this." },
  FIELD_FORBIDDEN: { status: 403, message: "You may not use this field." },
  WORKSPACE_MISMATCH: { status: 403, message: "These credentials belong to another workspace." },
  WORKSPACE_ARCHIVED: { status: 403, message: "This workspace is archived." },
  SETUP_REQUIRED: {
    status: 403,
    message: "The first account is made with the setup link that the server printed at start.",
  },
  SIGN_UP_CLOSED: { status: 403, message: "This server accepts no new accounts." },
  INVITATION_REQUIRED: { status: 403, message: "A new account needs an invitation." },
  INVALID_INVITATION: { status: 403, message: "The invitation is unknown, used, revoked or expired." },
  EMAIL_NOT_ALLOWED: { status: 403, message: "Accounts with this email address are not accepted here." },
  PHONE_NOT_ALLOWED: { status: 403, message: "Phone numbers of this country are not accepted here." },
  SIGN_UP_REFUSED: { status: 403, message: "This account cannot be made here." },
  ANONYMOUS_SESSION: {
    status: 409,
    message:
      "You are an anonymous user, and this is another account. Sign out first; what the anonymous user owns stays its own.",
  },
  ATTEMPT_REFUSED: { status: 403, message: "This attempt was refused." },
  CAPTCHA_FAILED: { status: 403, message: "Solve the challenge first, and send its answer in x-captcha-response." },
  USER_BLOCKED: { status: 403, message: "This account is blocked." },
  IMPERSONATED: { status: 403, message: "An operator who acts as a user cannot do this." },
  EMAIL_NOT_VERIFIED: {
    status: 403,
    message: "Confirm your email address first: a mail with a link is on its way to you.",
  },
  ACCOUNT_NOT_LINKED: {
    status: 403,
    message:
      "An account with this email address exists. Sign in to it by another method, then link the provider there.",
  },
  STEP_UP_REQUIRED: {
    status: 403,
    message: "Prove again that it is you: sign in, or send your code or password to /api/auth/step-up.",
  },
  ORIGIN_FORBIDDEN: { status: 403, message: "This origin may not use cookies here." },
  NOT_FOUND: { status: 404, message: "Nothing exists at this address." },
  COLLECTION_NOT_FOUND: { status: 404, message: "There is no such collection." },
  ITEM_NOT_FOUND: { status: 404, message: "There is no such item, or you may not see it." },
  METHOD_NOT_ALLOWED: { status: 405, message: "This address does not accept that method." },
  REQUEST_TIMEOUT: { status: 408, message: "The body took too long to arrive." },
  CONFLICT: { status: 409, message: "The request conflicts with what is stored." },
  UNIQUE_VIOLATION: { status: 409, message: "Another item already has this value." },
  REFERENCE_IN_USE: { status: 409, message: "It cannot be deleted while others refer to it." },
  CONFIRMATION_REQUIRED: { status: 409, message: "This deletes data and must be confirmed." },
  GONE: { status: 410, message: "This is no longer available." },
  PRECONDITION_FAILED: { status: 412, message: "The item has changed since you read it." },
  BODY_TOO_LARGE: { status: 413, message: "The body is larger than allowed." },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: "Send application/json." },
  RANGE_NOT_SATISFIABLE: { status: 416, message: "The file has no such bytes." },
  VALIDATION: { status: 422, message: "A value is not valid." },
  PASSWORD_TOO_COMMON: { status: 422, message: "This password is too common: attackers try it first." },
  UNKNOWN_FIELD: { status: 422, message: "There is no such field." },
  UNKNOWN_OPERATOR: { status: 422, message: "There is no such operator." },
  UNKNOWN_PARAMETER: { status: 422, message: "There is no such parameter." },
  INVALID_CURSOR: { status: 422, message: "The cursor does not belong to this query." },
  REFERENCE_NOT_FOUND: { status: 422, message: "The related item does not exist." },
  LIMIT_EXCEEDED: { status: 422, message: "The request asks for more than is allowed." },
  SQL_ERROR: { status: 422, message: "The database refused the statement." },
  UNSUPPORTED_BY_ADAPTER: { status: 422, message: "The database in use cannot do this." },
  UPLOAD_LOCKED: { status: 423, message: "Another request sends bytes of this upload; try again in a moment." },
  UPGRADE_REQUIRED: { status: 426, message: "This address only accepts WebSockets." },
  CHECKSUM_MISMATCH: { status: 460, message: "The bytes that arrived have another checksum; send them again." },
  RATE_LIMITED: { status: 429, message: "Too many requests; try again later." },
  INTERNAL: { status: 500, message: "Something went wrong." },
  FUNCTION_FAILED: {
    status: 500,
    message: "The function failed. An administrator finds out why in the log of its runs.",
  },
  BEFORE_WRITE_FAILED: {
    status: 500,
    message:
      "A function that is asked before this write failed, so nothing was written. An administrator finds out why in the log of its runs.",
  },
  TRUSTED_FUNCTIONS_OFF: {
    status: 501,
    message: "This server does not run trusted functions. Its operator can set TRUSTED_FUNCTIONS.",
  },
  UNSUPPORTED_BY_HOST: { status: 501, message: "The host of this server cannot do this." },
  MAIL_NOT_CONFIGURED: { status: 501, message: "This server sends no mail. Its operator can set MAIL_URL." },
  SMS_NOT_CONFIGURED: { status: 501, message: "No codes are sent to phones here. An administrator can turn it on." },
  AI_NOT_CONFIGURED: {
    status: 501,
    message:
      "No AI models can be asked here. An administrator of the workspace sets url of its AI settings, or the operator AI_URL.",
  },
  PROVIDER_FAILED: { status: 502, message: "The sign-in provider sent no valid answer; try again later." },
  AI_FAILED: { status: 502, message: "The AI endpoint sent no valid answer; try again later." },
  CAPTCHA_UNAVAILABLE: { status: 503, message: "The challenge cannot be checked now; try again later." },
  OVERLOADED: { status: 503, message: "Too many requests are waiting; try again after the time in Retry-After." },
  UNAVAILABLE: { status: 503, message: "The service is not available; try again later." },
  OUTCOME_UNKNOWN: {
    status: 504,
    message:
      "The connection to the database was lost while it committed, so this write may have happened or not. With an Idempotency-Key, send the same request again: it is done once. Without one, read what is stored before you send it again.",
  },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** One error in a request: `field` is the dotted name of the invalid part, `message` says what would be valid. */
export interface Issue {
  field: string;
  message: string;
  code?: ErrorCode;
}

export interface ErrorDetails {
  /** The dotted name of the invalid field, parameter or operator. */
  field?: string;
  /** All errors, where more than one can be found at once. */
  issues?: Issue[];
  [extra: string]: unknown;
}

/** An error that a caller is meant to see. `cause` is logged, never sent. */
export class PlinthError extends Error {
  override readonly name = "PlinthError";
  readonly status: number;
  /** The limit that the request counts against which is refused, for the headers of the answer. */
  limit?: LimitState;
  constructor(
    readonly code: ErrorCode,
    message?: string,
    readonly details?: ErrorDetails,
    options?: { cause?: unknown },
  ) {
    super(message ?? ERRORS[code].message, options);
    this.status = ERRORS[code].status;
  }
}

/** Refused because an operator acts as the user. The log names the operator where nothing else has found out who calls. */
export class ImpersonatedError extends PlinthError {
  constructor(
    readonly impersonator: string,
    details?: ErrorDetails,
  ) {
    super("IMPERSONATED", undefined, details);
  }
}

/** Shorthand for the most common error: one field, one sentence. */
export function invalid(field: string, message: string, code: ErrorCode = "VALIDATION"): PlinthError {
  const shown = excerpt(field);
  return new PlinthError(code, `${shown}: ${message}`, { field: shown });
}

/**
 * Database errors in terms that every engine shares. `guard`: a guarded statement's condition did not hold, so the
 * batch was rolled back. `too_many_bytes`: a read's rows take more than its `maxBytes`. `time_limit`: the statement
 * exceeded its limit, and would again; `timeout`: no answer in time, but a retry may succeed. `outcome_unknown`: the
 * connection was lost after a write was sent, which may have happened. `read_only`, `disk_full`, `damaged`: the database
 * takes no writes, or cannot read what it has stored.
 */
export type DataErrorKind =
  | "unique"
  | "foreign_key"
  | "not_null"
  | "check"
  | "guard"
  | "busy"
  | "timeout"
  | "time_limit"
  | "too_large"
  | "too_many_bytes"
  | "unavailable"
  | "outcome_unknown"
  | "read_only"
  | "disk_full"
  | "damaged"
  | "unknown";

/** The only error that leaves a `SqlDriver` or `Store`. Services branch on `kind`, never on message text. */
export class DataError extends Error {
  override readonly name = "DataError";
  /** Index of the failing statement within its batch, where the vendor reports it. */
  readonly statementIndex?: number;
  /** Physical columns of a violated unique or not-null constraint, where the vendor reports them. */
  readonly columns?: readonly string[];
  /** The label of the guard that failed. */
  readonly guard?: string;
  /** There is no connection to the database, but there may be one in a moment. */
  readonly unreachable?: boolean;
  /** The statement names a table or a column that is not there: the schema that it was made for may be an old one. */
  readonly unknownName?: boolean;
  constructor(
    readonly kind: DataErrorKind,
    options: {
      cause?: unknown;
      message?: string;
      statementIndex?: number;
      columns?: readonly string[];
      guard?: string;
      unreachable?: boolean;
      unknownName?: boolean;
    } = {},
  ) {
    super(options.message ?? `database error: ${kind}`, { cause: options.cause });
    if (options.statementIndex !== undefined) this.statementIndex = options.statementIndex;
    if (options.columns) this.columns = options.columns;
    if (options.guard !== undefined) this.guard = options.guard;
    if (options.unreachable) this.unreachable = true;
    if (options.unknownName) this.unknownName = true;
  }
}

/** The database's own error beneath the wrappers of libraries. */
export function dataErrorOf(error: unknown): DataError | undefined {
  let cause = error;
  for (let depth = 0; cause instanceof Error && depth < 10; depth++) {
    if (cause instanceof DataError) return cause;
    cause = cause.cause;
  }
  return undefined;
}

const BUSY = "The database is busy; try again.";

/** The messages for errors that the request did not cause. */
const PASSING: Partial<Record<DataErrorKind, string>> = {
  busy: BUSY,
  timeout: BUSY,
  time_limit: BUSY,
  unavailable: "The database cannot be reached; try again later.",
  read_only: "The database accepts no writes at the moment; try again later.",
  disk_full:
    "The database cannot write to its disk: it is full, or a quota or the limit on the size of files is reached. Free some space, or delete items and let the change log keep less.",
  damaged: "A part of the database is damaged and cannot be read; it must be restored from a backup.",
};

/** The error for callers where the database failed. Undefined: a fault of this program. */
export function failureOf(error: DataError): PlinthError | undefined {
  const { kind } = error;
  if (kind === "outcome_unknown") return new PlinthError("OUTCOME_UNKNOWN", undefined, undefined, { cause: error });
  const message = PASSING[kind];
  if (message === undefined) return undefined;
  const shown = kind === "read_only" || kind === "disk_full" || kind === "damaged";
  return new PlinthError("UNAVAILABLE", message, shown ? { reason: kind } : undefined, { cause: error });
}

/** Whether the database can be read, and takes no writes: its disk is full, or it is a replica. */
export function takesNoWrites(error: unknown): boolean {
  const kind = dataErrorOf(error)?.kind;
  return kind === "disk_full" || kind === "read_only";
}

/** For what an adapter does not support. `capability` is a name for programs; `explanation` is for people. */
export function unsupported(adapter: string, capability: string, explanation = capability): PlinthError {
  return new PlinthError("UNSUPPORTED_BY_ADAPTER", `${adapter} cannot do this: ${explanation}.`, {
    adapter,
    capability,
  });
}
