import type { CaptchaAction } from "@plinth/core";

/** The header that holds what somebody got who has solved a challenge. */
export const CAPTCHA_HEADER = "x-captcha-response";

/** The paths for which a workspace can ask for a solved challenge. A new path of strangers is a line here. */
export const CAPTCHA_GATES: Readonly<Record<string, CaptchaAction>> = {
  "/sign-up/email": "sign_up",
  "/sign-in/anonymous": "sign_up",
  "/sign-in/email": "sign_in",
  "/sign-in/magic-link": "codes",
  "/email-otp/send-verification-otp": "codes",
  "/send-verification-email": "codes",
  "/phone-code/send": "codes",
  "/request-password-reset": "reset",
};
