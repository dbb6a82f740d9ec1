import { callbackIn, captchaIn } from "./options.ts";
import type { Ask } from "./request.ts";
import type { SignInResult, SignIns } from "./sign-in-result.ts";
import type { CallbackOption, CaptchaOption, Status } from "./types.ts";

export interface MagicLinkFlow {
  /** Sends a mail with a link that signs in, or makes an account; `name` is the name of a new one. */
  send(
    request: CallbackOption & { readonly email: string; readonly name?: string },
    options?: CaptchaOption,
  ): Promise<Status>;
  /** By the token of the mail's link. */
  signIn(token: string): Promise<SignInResult>;
}

export interface EmailCodeFlow {
  /** Sends a mail with a code that signs in, or makes an account. */
  send(email: string, options?: CaptchaOption): Promise<{ readonly success: boolean }>;
  /** `otp`: the code; `name`: of a new account. */
  signIn(code: { readonly email: string; readonly otp: string; readonly name?: string }): Promise<SignInResult>;
}

export interface EmailFlow {
  /** Sends the mail again that confirms the address. */
  sendVerification(email: string, options?: CallbackOption): Promise<Status>;
  /** By the token of the mail's link. */
  verify(token: string): Promise<Status>;
  /** Needs a fresh proof. The address changes when the mails to it are answered. */
  change(new_email: string, options?: CallbackOption): Promise<Status>;
}

export function magicLinkFlow(ask: Ask, { enter }: SignIns): MagicLinkFlow {
  return {
    send: async (body, options) =>
      ask("POST", "api/auth/sign-in/magic-link", { body, as: "newcomer", ...captchaIn(options, "magicLink.send") }),
    signIn: (token) => enter("api/auth/magic-link/verify", { token }),
  };
}

export function emailCodeFlow(ask: Ask, { enter }: SignIns): EmailCodeFlow {
  const sending = "api/auth/email-otp/send-verification-otp";
  return {
    send: async (email, options) =>
      ask("POST", sending, { body: { email }, as: "stranger", ...captchaIn(options, "emailCode.send") }),
    signIn: (code) => enter("api/auth/sign-in/email-otp", code),
  };
}

/** `changed`: reads the user again. */
export function emailFlow(ask: Ask, changed: () => Promise<unknown>): EmailFlow {
  return {
    async sendVerification(email, options) {
      const body = { email, ...callbackIn(options, "email.sendVerification") };
      return ask("POST", "api/auth/send-verification-email", { body, as: "stranger" });
    },
    async verify(token) {
      const answer = await ask<Status>("POST", "api/auth/verify-email", { body: { token }, as: "stranger" });
      // The address is confirmed, whether or not that can be shown at once.
      await changed().catch(() => undefined);
      return answer;
    },
    async change(new_email, options) {
      return ask("POST", "api/auth/change-email", { body: { new_email, ...callbackIn(options, "email.change") } });
    },
  };
}
