import { PlinthError } from "@plinth/core";
import { passedIn } from "../auth-errors.ts";

/** better-auth's codes, as pages and callers here get them. What is not listed is the provider's fault. */
const REASONS: Readonly<Record<string, string>> = {
  access_denied: "access_denied",
  user_cancelled_authorize: "access_denied",
  state_mismatch: "state_invalid",
  state_not_found: "state_invalid",
  state_invalid: "state_invalid",
  email_not_found: "email_missing",
  email_not_verified: "email_not_verified",
  account_not_linked: "account_not_linked",
  account_already_linked_to_different_user: "account_linked_elsewhere",
  unable_to_link_account: "session_ended",
};

/** Why a sign-in failed, by the code that better-auth gives the page. */
export function reasonOf(code: string, { emailVerified }: { emailVerified: boolean }): string {
  const reason = REASONS[code] ?? "provider_failed";
  // The account exists, but that is only for somebody to know who owns the address.
  return reason === "account_not_linked" && !emailVerified ? "email_not_verified" : reason;
}

/** The same as an error of the catalogue. */
export function refusalFor(reason: string): PlinthError {
  const field = "provider";
  switch (reason) {
    case "email_not_verified":
      return new PlinthError("EMAIL_NOT_VERIFIED", "The provider does not confirm that this email address is yours.", {
        field,
      });
    case "account_not_linked":
      return new PlinthError("ACCOUNT_NOT_LINKED", undefined, { field });
    case "email_missing":
      return new PlinthError("VALIDATION", "provider: it names no email address of this user", { field });
    default:
      return new PlinthError("PROVIDER_FAILED", undefined, { field });
  }
}

/** What better-auth refuses with a body in JSON: a sign-in by an ID token, or the start of another. */
export async function oauthRefusalOf(response: Response, verified: { emailVerified: boolean }): Promise<PlinthError> {
  const body = (await response
    .clone()
    .json()
    .catch(() => null)) as Parameters<typeof passedIn>[0];
  const passed = passedIn(body);
  if (passed) return passed;
  switch (body?.code) {
    case "INVALID_TOKEN":
    case "FAILED_TO_GET_USER_INFO":
      return new PlinthError("INVALID_TOKEN", "The ID token is not valid here, or was used before.", {
        field: "id_token",
      });
    case "ID_TOKEN_NOT_SUPPORTED":
      return new PlinthError("VALIDATION", "id_token: this provider gives none", { field: "id_token" });
    case "USER_EMAIL_NOT_FOUND":
      return refusalFor("email_missing");
    case "EMAIL_NOT_VERIFIED":
      return refusalFor("email_not_verified");
    default:
      return refusalFor(reasonOf((body?.message ?? "").replaceAll(" ", "_"), verified));
  }
}
