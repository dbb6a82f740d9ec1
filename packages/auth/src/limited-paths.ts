/** Requests that could guess secrets, or send mails; all of an address count together. */
const LIMITED = [
  "/sign-in/*",
  "/sign-up/*",
  "/change-password",
  "/verify-password",
  "/request-password-reset",
  "/reset-password",
  "/send-verification-email",
  "/change-email",
  "/link-social",
  "/passkey/generate-*",
  "/passkey/verify-*",
  "/two-factor/*",
  "/magic-link/verify",
  "/email-otp/*",
  "/step-up",
];

const EXACT = new Set(LIMITED.filter((path) => !path.endsWith("*")));
const BELOW = LIMITED.filter((path) => path.endsWith("*")).map((path) => path.slice(0, -1));

export function isLimited(path: string): boolean {
  return EXACT.has(path) || BELOW.some((prefix) => path.startsWith(prefix));
}
