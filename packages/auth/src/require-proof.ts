import { PlinthError } from "@plinth/core";
import type { BetterAuth } from "./set-up.ts";
import type { OwnSession, SessionCaller } from "./sign-in-methods/step-up.ts";

/** What a stolen session must not be enough for. */
const SENSITIVE: ReadonlySet<string> = new Set([
  "/change-password",
  "/change-email",
  "/change-phone",
  "/link-social",
  "/passkey/generate-register-options",
  "/passkey/verify-registration",
  "/two-factor/enable",
  "/two-factor/disable",
  "/two-factor/generate-backup-codes",
]);

/** They verify codes without a limit where there is a session, so with a session they only confirm a new second factor. */
const VERIFYING: ReadonlySet<string> = new Set(["/two-factor/verify-totp", "/two-factor/verify-backup-code"]);

/** Whether a session's user has proven to be there lately enough for sensitive acts. */
export function isFresh(
  { authenticatedAt, createdAt }: Pick<OwnSession, "authenticatedAt" | "createdAt">,
  minutes: number,
): boolean {
  return Date.now() - (authenticatedAt ?? createdAt.getTime()) < minutes * 60_000;
}

/** Refuses what the caller's session is not enough for. better-auth refuses who has none. */
export async function requireProof(auth: BetterAuth, path: string, headers: Headers, minutes: number): Promise<void> {
  if (!SENSITIVE.has(path) && !VERIFYING.has(path)) return;
  const caller = (await auth.api.getSession({ headers, query: { disableRefresh: true } })) as SessionCaller | null;
  if (!caller) return;
  if (SENSITIVE.has(path)) {
    // An anonymous user could prove nothing more, and makes an account by this.
    if (!caller.user.isAnonymous && !isFresh(caller.session, minutes)) throw new PlinthError("STEP_UP_REQUIRED");
  } else if (caller.user.twoFactorEnabled) {
    throw new PlinthError("CONFLICT", "You are signed in already. Send the code to /api/auth/step-up.");
  }
}
