import type { CaptchaAction } from "@plinth/core";

/** The header that holds what somebody got who has solved a challenge. */
export const CAPTCHA_HEADER = "x-captcha-response";

export interface CaptchaGate {
  readonly action: CaptchaAction;
  /** By what the request makes an account for whoever has none, where the workspace takes new users. It is then a sign-up too. */
  readonly newcomers?: "mail" | "phone";
}

/** The paths for which a workspace can ask for a solved challenge. A new path of strangers is a line here. */
export const CAPTCHA_GATES = {
  "/sign-up/email": { action: "sign_up" },
  "/sign-in/anonymous": { action: "sign_up" },
  "/sign-in/email": { action: "sign_in" },
  "/sign-in/magic-link": { action: "codes", newcomers: "mail" },
  "/email-otp/send-verification-otp": { action: "codes", newcomers: "mail" },
  "/send-verification-email": { action: "codes" },
  "/phone-code/send": { action: "codes", newcomers: "phone" },
  "/request-password-reset": { action: "reset" },
} as const satisfies Readonly<Record<string, CaptchaGate>>;

/** Undefined: no challenge is ever asked for. */
export function captchaGateOf(path: string): CaptchaGate | undefined {
  return Object.hasOwn(CAPTCHA_GATES, path) ? CAPTCHA_GATES[path as keyof typeof CAPTCHA_GATES] : undefined;
}
