/** Services whose challenges tell people from programs. */
export const CAPTCHA_PROVIDERS = ["turnstile", "hcaptcha"] as const;

export type CaptchaProvider = (typeof CAPTCHA_PROVIDERS)[number];

/** What a workspace can ask a solved challenge for: see the table of paths in `auth/captcha/gates.ts`. */
export const CAPTCHA_ACTIONS = ["sign_up", "sign_in", "codes", "reset"] as const;

export type CaptchaAction = (typeof CAPTCHA_ACTIONS)[number];

/** What somebody sends who has solved a challenge, with the keys of the site. */
export interface CaptchaToken {
  readonly provider: CaptchaProvider;
  readonly siteKey: string;
  readonly secret: string;
  readonly token: string;
  /** The client's, where the host knows it. */
  readonly address: string | undefined;
}

/** `hostname` and `action`: where and for what the challenge was shown, as far as the provider says it. */
export type CaptchaVerdict =
  | { readonly solved: true; readonly hostname: string | undefined; readonly action: string | undefined }
  | { readonly solved: false; readonly reason: string };

/** Asks the providers about tokens. Each of them accepts a token once. */
export interface CaptchaVerifier {
  /** Throws only `CaptchaError`. */
  verify(token: CaptchaToken): Promise<CaptchaVerdict>;
}

/** The provider has said nothing about the token: it did not answer, or knows no such keys. */
export class CaptchaError extends Error {
  override readonly name = "CaptchaError";
}
