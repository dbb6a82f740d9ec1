import { makeSignature } from "better-auth/crypto";
import { emailOTP } from "better-auth/plugins/email-otp";
import { magicLink } from "better-auth/plugins/magic-link";
import { type MailFlows, SIGN_IN_SECONDS } from "../mail-flows.ts";
import { hashLinkToken, linkToken } from "./link-asker.ts";

const CODE_DIGITS = 6;
/** Wrong codes, after which a new one has to be asked for. */
const MAX_ATTEMPTS = 3;

/** Sign-in by a link or a code in a mail. Where no mail is sent, there is neither. */
export function emailMethods(flows: MailFlows | undefined, secret: string) {
  if (!flows) return [];
  return [
    magicLink({
      expiresIn: SIGN_IN_SECONDS,
      storeToken: { type: "custom-hasher", hash: hashLinkToken },
      generateToken: () => linkToken(secret),
      sendMagicLink: flows.sendMagicLink,
    }),
    emailOTP({
      expiresIn: SIGN_IN_SECONDS,
      otpLength: CODE_DIGITS,
      allowedAttempts: MAX_ATTEMPTS,
      // A plain hash of six digits would be found by trying all.
      storeOTP: {
        async hash(code) {
          await flows.beforeCode();
          return makeSignature(code, secret);
        },
      },
      sendVerificationOTP: flows.sendCode,
    }),
  ];
}
