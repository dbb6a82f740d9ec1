/** How somebody proves to be the owner of an account; `pwd` is a password (RFC 8176), `fed` an account at a provider. */
export type SignInMethod =
  | "pwd"
  | "fed"
  | "totp"
  | "recovery_code"
  | "magic_link"
  | "email_code"
  | "phone_code"
  | "passkey"
  | "anonymous";

/** The paths of better-auth at which sessions begin, and what each has proven. Others make no session: see `admitSession`. */
export const SIGN_IN_METHODS: Readonly<Record<string, SignInMethod>> = {
  "/sign-up/email": "pwd",
  "/sign-in/email": "pwd",
  "/magic-link/verify": "magic_link",
  "/sign-in/email-otp": "email_code",
  "/sign-in/phone-code": "phone_code",
  "/sign-in/anonymous": "anonymous",
  "/sign-in/social": "fed",
  "/callback/:id": "fed",
  "/passkey/verify-authentication": "passkey",
  "/two-factor/verify-totp": "totp",
  "/two-factor/verify-backup-code": "recovery_code",
};

/** Proofs by which an anonymous user gets an account while its session continues. */
export const UPGRADE_METHODS: Readonly<Record<string, SignInMethod>> = {
  "/verify-email": "magic_link",
  "/verify-phone": "phone_code",
  "/passkey/verify-registration": "passkey",
};

/** A signed-in user who does this gets a new session in place of the current one, with what that one has proven. */
export const SESSION_CONTINUES: ReadonlySet<string> = new Set(["/change-password", "/two-factor/disable"]);

/** As a session stores them. */
export function joinMethods(methods: readonly string[]): string {
  return [...new Set(methods)].join(" ");
}
