import type { Ask } from "./request.ts";
import type { SignedIn, SignIns, TrustOption } from "./sign-in-result.ts";

/** Of an account that has one. */
export interface PasswordOption {
  readonly password?: string;
}

export interface NewSecondFactor {
  readonly method: string;
  /** To be shown as a QR code. */
  readonly totp_uri: string;
  /** To be shown once: no later answer has them. */
  readonly backup_codes: readonly string[];
}

export interface StepUp {
  /** Where the account has no second factor. */
  readonly password?: string;
  /** Of the authenticator app. */
  readonly code?: string;
}

export interface SecondFactorFlow {
  /** Begins to use an authenticator app. It counts once `confirm` has its first code. Needs a fresh proof. */
  enable(options?: PasswordOption): Promise<NewSecondFactor>;
  confirm(code: string): Promise<SignedIn>;
  /** Finishes a sign-in of which only the challenge is known, or that began by a provider or a link. */
  verify(step: TrustOption & { readonly code: string; readonly challenge?: string }): Promise<SignedIn>;
  /** The same by a recovery code, which is used up. */
  recover(step: TrustOption & { readonly code: string; readonly challenge?: string }): Promise<SignedIn>;
  replaceRecoveryCodes(options?: PasswordOption): Promise<readonly string[]>;
  disable(options?: PasswordOption): Promise<void>;
}

export function secondFactorFlow(ask: Ask, { secondFactor, complete, adopt }: SignIns): SecondFactorFlow {
  return {
    enable: (body = {}) => ask("POST", "api/auth/two-factor/enable", { body }),
    confirm: async (code) =>
      (await complete(
        await ask("POST", "api/auth/two-factor/verify-totp", { body: { code, tokens: true } }),
      )) as SignedIn,
    verify: ({ code, challenge, ...options }) => secondFactor(challenge).verify(code, options),
    recover: ({ code, challenge, ...options }) => secondFactor(challenge).recover(code, options),
    async replaceRecoveryCodes(body = {}) {
      const path = "api/auth/two-factor/generate-backup-codes";
      return (await ask<{ backup_codes: string[] }>("POST", path, { body })).backup_codes;
    },
    async disable(body = {}) {
      const { headers } = await ask.response("POST", "api/auth/two-factor/disable", { body });
      // The session has been replaced by another one.
      await adopt(headers.get("set-auth-token") ?? undefined);
    },
  };
}
