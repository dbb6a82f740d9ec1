import { APIError } from "@better-auth/core/error";
import { dataErrorOf, type ErrorCode, PlinthError } from "@plinth/core";
import { BLOCKED, REPLACED, UNVERIFIED, UPGRADED } from "./guard-labels.ts";

/** What better-auth's cipher says of a text that another key has encrypted: only second factors are. */
const WRONG_KEY = "invalid tag";

interface RefusalText {
  code: ErrorCode;
  field?: string;
  message?: string;
}

const INVALID_ORIGIN: RefusalText = { code: "ORIGIN_FORBIDDEN" };
const USER_EXISTS: RefusalText = {
  code: "UNIQUE_VIOLATION",
  field: "email",
  message: "An account with this email already exists.",
};

const UNUSABLE_LINK = {
  code: "VALIDATION",
  field: "token",
  message: "This link is wrong, has been used, or has expired. Ask for a new one.",
} as const satisfies RefusalText;

const UNUSABLE_CHALLENGE: RefusalText = {
  code: "INVALID_CODE",
  field: "challenge",
  message:
    "No sign-in waits for this code: it belongs to another workspace than this address, has waited too long, or had too many wrong codes. Sign in again.",
};

const UNUSABLE_CEREMONY: RefusalText = {
  code: "VALIDATION",
  field: "response",
  message: "This request for a passkey has expired or was answered. Ask for new options.",
};

const UNUSABLE_PASSKEY: RefusalText = {
  code: "VALIDATION",
  field: "response",
  message: "This answer is not that of a passkey for this site whose user was verified.",
};

const NO_PASSKEY: RefusalText = { code: "INVALID_CREDENTIALS", message: "This passkey opens no account here." };

const NO_SECOND_FACTOR: RefusalText = { code: "CONFLICT", message: "Your account has no second factor." };

/** better-auth's codes that are more specific than their status. */
const BY_CODE: Record<string, RefusalText> = {
  INVALID_EMAIL_OR_PASSWORD: { code: "INVALID_CREDENTIALS" },
  INVALID_PASSWORD: { code: "INVALID_CREDENTIALS", message: "The password is wrong." },
  INVALID_CODE: { code: "INVALID_CODE", field: "code" },
  INVALID_BACKUP_CODE: { code: "INVALID_CODE", field: "code" },
  CHALLENGE_NOT_FOUND: UNUSABLE_CEREMONY,
  FAILED_TO_VERIFY_REGISTRATION: UNUSABLE_PASSKEY,
  USER_NOT_VERIFIED: UNUSABLE_PASSKEY,
  PASSKEY_NOT_FOUND: NO_PASSKEY,
  AUTHENTICATION_FAILED: NO_PASSKEY,
  INVALID_TWO_FACTOR_COOKIE: UNUSABLE_CHALLENGE,
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: UNUSABLE_CHALLENGE,
  ACCOUNT_TEMPORARILY_LOCKED: {
    code: "RATE_LIMITED",
    message: "Too many wrong codes; try again in a quarter of an hour.",
  },
  TOTP_ALREADY_ENABLED: { code: "CONFLICT", message: "Your account has a second factor already." },
  TOTP_NOT_ENABLED: NO_SECOND_FACTOR,
  TWO_FACTOR_NOT_ENABLED: NO_SECOND_FACTOR,
  BACKUP_CODES_NOT_ENABLED: NO_SECOND_FACTOR,
  USER_ALREADY_EXISTS: USER_EXISTS,
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: USER_EXISTS,
  EMAIL_NOT_VERIFIED: { code: "EMAIL_NOT_VERIFIED" },
  INVALID_TOKEN: UNUSABLE_LINK,
  TOKEN_EXPIRED: UNUSABLE_LINK,
  USER_NOT_FOUND: UNUSABLE_LINK,
  INVALID_USER: UNUSABLE_LINK,
  EMAIL_MISMATCH: { code: "VALIDATION", field: "email", message: "This is not the address of your account." },
  EMAIL_ALREADY_VERIFIED: { code: "CONFLICT", field: "email", message: "This address is confirmed already." },
  VALIDATION_ERROR: { code: "VALIDATION", field: "body" },
  INVALID_EMAIL: { code: "VALIDATION", field: "email" },
  PASSWORD_TOO_SHORT: { code: "VALIDATION", field: "password" },
  PASSWORD_TOO_LONG: { code: "VALIDATION", field: "password" },
  INVALID_CALLBACK_URL: { code: "VALIDATION", field: "callback_url" },
  INVALID_ORIGIN,
  MISSING_OR_NULL_ORIGIN: INVALID_ORIGIN,
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: INVALID_ORIGIN,
};

const BY_STATUS: Record<number, ErrorCode> = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_ALLOWED",
  409: "CONFLICT",
  415: "UNSUPPORTED_MEDIA_TYPE",
  422: "VALIDATION",
  429: "RATE_LIMITED",
};

/** One of Plinth's errors, wrapped so that it passes through better-auth. */
interface RefusalBody {
  readonly code: string;
  readonly message: string;
  readonly refusal: Pick<PlinthError, "code" | "message" | "details">;
}

/** The error of Plinth in better-auth's answer. */
export function passedIn(body: Partial<RefusalBody> | null): PlinthError | undefined {
  const refusal = body?.refusal;
  return refusal && new PlinthError(refusal.code, refusal.message, refusal.details);
}

/** For plugins that hide all errors except those of their own library: the answer holds the error. */
export function passedRefusal({ code, message, details, status }: PlinthError): APIError {
  return new APIError(status as 409, { code, message, refusal: { code, message, details } });
}

export async function passingRefusals<T>(work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    const failure = authFailureOf(error);
    throw failure instanceof PlinthError ? passedRefusal(failure) : error;
  });
}

/** A better-auth error in the catalogue's form. */
export async function authRefusalOf(response: Response): Promise<PlinthError> {
  const body = (await response.json().catch(() => null)) as Partial<RefusalBody> | null;
  const passed = passedIn(body);
  if (passed) return passed;
  const known = BY_CODE[body?.code ?? ""];
  const code = known?.code ?? BY_STATUS[response.status];
  if (!code) return new PlinthError("INTERNAL", undefined, undefined, { cause: new Error(body?.code ?? "no code") });
  const retry_after = Number(response.headers.get("x-retry-after"));
  return new PlinthError(code, known?.message ?? (known?.field || !known ? body?.message : undefined), {
    ...(known?.field && { field: known.field }),
    ...(code === "RATE_LIMITED" && retry_after > 0 && { retry_after }),
  });
}

/** Of a link that better-auth answers by leading to a page. */
export function unusableLink(): PlinthError {
  const { code, message, field } = UNUSABLE_LINK;
  return new PlinthError(code, message, { field });
}

/** To an anonymous user whose two requests have made an account at once. */
export function accountMadeMeanwhile(): PlinthError {
  return new PlinthError("CONFLICT", "You have made an account by now.");
}

/** The password was right, by a hash that the account has no longer. */
export function isReplaced(error: unknown): boolean {
  const found = dataErrorOf(error);
  return found?.kind === "guard" && found.guard === REPLACED;
}

/** Of a batch that failed: the slower of two sign-ups with one email, or a user who is blocked. */
export function authFailureOf(error: unknown): unknown {
  const found = dataErrorOf(error);
  if (found?.kind === "guard" && found.guard === BLOCKED) return new PlinthError("USER_BLOCKED");
  if (isReplaced(error)) return new PlinthError("INVALID_CREDENTIALS");
  if (found?.kind === "guard" && found.guard === UNVERIFIED) {
    return new PlinthError("EMAIL_NOT_VERIFIED", "Confirm the email address of your account first.");
  }
  if (found?.kind === "guard" && found.guard === UPGRADED) return accountMadeMeanwhile();
  if (found?.kind === "unique") {
    return new PlinthError(USER_EXISTS.code, USER_EXISTS.message, { field: "email" }, { cause: found });
  }
  if (!found && error instanceof Error && error.message === WRONG_KEY) {
    const message = "This server cannot read its second factors: they were encrypted with another PLINTH_SECRET.";
    return new PlinthError("UNAVAILABLE", message, undefined, { cause: error });
  }
  return found ?? error;
}
