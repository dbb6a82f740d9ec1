import { captchaIn } from "./options.ts";
import type { Ask } from "./request.ts";
import type { SignInResult, SignIns } from "./sign-in-result.ts";
import type { CaptchaOption, Status } from "./types.ts";

export interface PhoneCode {
  /** In the form of E.164, such as `+49 151 12345678`. */
  readonly phone: string;
  readonly code: string;
}

export interface PhoneFlow {
  /** Sends a text message with a code that signs in, or makes an account where the workspace says so. */
  sendCode(phone: string, options?: CaptchaOption): Promise<Status>;
  /** `name`: of a new account. */
  signIn(code: PhoneCode & { readonly name?: string }): Promise<SignInResult>;
  /** Sends a code to the number that the account is to have. Needs a fresh proof. */
  change(phone: string): Promise<Status>;
  /** Sets the number by its code. */
  verify(code: PhoneCode): Promise<Status & { readonly phone: string }>;
  /** Needs a fresh proof; the last sign-in method stays. */
  remove(): Promise<void>;
}

export function phoneFlow(ask: Ask, { enter }: SignIns): PhoneFlow {
  return {
    sendCode: async (phone, options) =>
      ask("POST", "api/auth/phone-code/send", {
        body: { phone },
        as: "stranger",
        ...captchaIn(options, "phone.sendCode"),
      }),
    signIn: (code) => enter("api/auth/sign-in/phone-code", code),
    change: (phone) => ask("POST", "api/auth/change-phone", { body: { phone } }),
    verify: (code) => ask("POST", "api/auth/verify-phone", { body: code }),
    remove: async () => void (await ask("DELETE", "api/me/phone")),
  };
}
