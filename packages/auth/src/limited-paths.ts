/** How a path is limited. */
interface PathLimits {
  /** With all others of the caller's address: it could guess secrets, or sends mails. */
  readonly byAddress: true;
  /**
   * Counted separately, by the account of the session or challenge: the route takes a password or a code that a thief could
   * guess.
   */
  readonly byAccount?: "session" | "challenge";
}

const GUESSING: PathLimits = { byAddress: true };
const PROVING: PathLimits = { byAddress: true, byAccount: "session" };
const FINISHING: PathLimits = { byAddress: true, byAccount: "challenge" };

/** Sign-in by a password has attempts by account too, counted where it is answered: its account is in its body. */
const LIMITS: Readonly<Record<string, PathLimits>> = {
  "/sign-in/*": GUESSING,
  "/sign-up/*": GUESSING,
  "/change-password": PROVING,
  "/verify-password": PROVING,
  "/request-password-reset": GUESSING,
  "/reset-password": GUESSING,
  "/send-verification-email": GUESSING,
  "/change-email": GUESSING,
  "/link-social": GUESSING,
  "/passkey/generate-*": GUESSING,
  "/passkey/verify-*": GUESSING,
  "/two-factor/enable": PROVING,
  "/two-factor/disable": PROVING,
  "/two-factor/generate-backup-codes": PROVING,
  "/two-factor/verify-totp": FINISHING,
  "/two-factor/verify-backup-code": FINISHING,
  "/magic-link/verify": GUESSING,
  "/email-otp/*": GUESSING,
  "/phone-code/*": GUESSING,
  "/change-phone": GUESSING,
  "/verify-phone": PROVING,
  "/step-up": PROVING,
};

const BELOW = Object.entries(LIMITS)
  .filter(([path]) => path.endsWith("*"))
  .map(([path, limits]) => [path.slice(0, -1), limits] as const);

/** Undefined: it is not limited. */
export function limitsOf(path: string): PathLimits | undefined {
  if (Object.hasOwn(LIMITS, path)) return LIMITS[path];
  return BELOW.find(([prefix]) => path.startsWith(prefix))?.[1];
}
