import { requireKnown } from "../known-options.ts";
import type { CallbackOption, CaptchaOption } from "./types.ts";

/** The answer of a CAPTCHA, for a request whose other options there are none of. */
export function captchaIn(options: CaptchaOption = {}, method: string): CaptchaOption {
  requireKnown(options, ["captcha"], `auth.${method}`);
  return { captcha: options.captcha };
}

/** The page to which a mail leads, as part of a request's body. */
export function callbackIn(options: CallbackOption = {}, method: string): CallbackOption {
  requireKnown(options, ["callback_url"], `auth.${method}`);
  return { callback_url: options.callback_url };
}
