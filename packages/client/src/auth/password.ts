import { callbackIn, captchaIn } from "./options.ts";
import type { Ask } from "./request.ts";
import type { SignedIn, SignInResult, SignIns, SignUpResult } from "./sign-in-result.ts";
import type { CallbackOption, CaptchaOption, Status } from "./types.ts";

export interface NewAccount extends CallbackOption {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly image?: string;
  /** The token of an invitation for this address. */
  readonly invitation?: string;
  /** The version of the workspace's terms to which the user has agreed. */
  readonly terms_version?: string;
}

export interface PasswordSignIn extends CallbackOption {
  readonly email: string;
  readonly password: string;
  /** False: the browser forgets its cookie when it is closed. */
  readonly remember_me?: boolean;
}

export interface PasswordChange {
  readonly current_password: string;
  readonly new_password: string;
  /** False: the other sessions stay. */
  readonly revoke_other_sessions?: boolean;
}

export interface PasswordFlow {
  signUp(account: NewAccount, options?: CaptchaOption): Promise<SignUpResult>;
  signIn(credentials: PasswordSignIn, options?: CaptchaOption): Promise<SignInResult>;
  /** Needs a fresh proof; ends all sessions of the account, and begins a new one here. */
  change(change: PasswordChange): Promise<SignedIn>;
  /** Sends a mail with a link, if there is an account. */
  forgot(email: string, options?: CaptchaOption & CallbackOption): Promise<Status>;
  /** By the token of the mail's link. */
  reset(reset: { readonly token: string; readonly new_password: string }): Promise<Status>;
}

export function passwordFlow(ask: Ask, { enter, signUp, adopt }: SignIns): PasswordFlow {
  return {
    signUp: async (account, options) => signUp(account, captchaIn(options, "password.signUp")),
    signIn: async (credentials, options) =>
      enter("api/auth/sign-in/email", credentials, captchaIn(options, "password.signIn")),
    async change(body) {
      const { token } = await ask<{ token: string | null }>("POST", "api/auth/change-password", { body });
      return adopt(token ?? undefined);
    },
    async forgot(email, { captcha, ...options } = {}) {
      const body = { email, ...callbackIn(options, "password.forgot") };
      return ask("POST", "api/auth/request-password-reset", { body, captcha, as: "stranger" });
    },
    reset: (body) => ask("POST", "api/auth/reset-password", { body, as: "stranger" }),
  };
}
