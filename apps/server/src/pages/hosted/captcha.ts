import type { CaptchaProvider } from "@plinth/core";
import { asksForCaptcha, CAPTCHA_GATES } from "@plinth/engine";
import type { PageWidget } from "../frame/document.ts";
import { type Html, html } from "../frame/html.ts";
import type { PageRequest } from "./hosted-page.ts";

interface ProviderWidget extends PageWidget {
  /** The name of its functions, which are the same for both. */
  readonly api: string;
}

/** What the providers' documentation has a page load and allow. */
const WIDGETS: Readonly<Record<CaptchaProvider, ProviderWidget>> = {
  turnstile: {
    api: "turnstile",
    script: "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit&onload=showCaptchas",
    sources: ["https://challenges.cloudflare.com"],
    directives: ["script-src", "frame-src"],
  },
  hcaptcha: {
    api: "hcaptcha",
    script: "https://js.hcaptcha.com/1/api.js?render=explicit&onload=showCaptchas",
    sources: ["https://hcaptcha.com", "https://*.hcaptcha.com"],
    directives: ["script-src", "frame-src", "style-src", "connect-src"],
  },
};

export interface PageCaptcha {
  readonly widget: PageWidget;
  /** Among the fields of the form. */
  readonly box: Html;
  readonly script: string;
  readonly data: object;
}

/** The challenge before a request of strangers, by its path below `/auth`, where the workspace asks for it. */
export function captchaFor(
  { settings, asOperator }: PageRequest,
  path: keyof typeof CAPTCHA_GATES,
): PageCaptcha | undefined {
  const { provider, site_key } = settings.captcha;
  const gate = CAPTCHA_GATES[path];
  if (asOperator || provider === null || !asksForCaptcha(settings, gate)) return undefined;
  const widget = WIDGETS[provider];
  return {
    widget,
    box: html`<div class="field" data-captcha="${gate.action}"></div>`,
    script: SCRIPT,
    data: { captcha: { api: widget.api, site_key } },
  };
}

/** What both providers' widgets are wide. */
const WIDGET_PX = 304;

/** A token is good for one request, so that each needs a new challenge. */
const SCRIPT = `
const captchas = new Map();
window.showCaptchas = () => {
  const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  for (const box of document.querySelectorAll("[data-captcha]")) {
    const size = box.clientWidth < ${WIDGET_PX} ? "compact" : "normal";
    const shown = { size, sitekey: page.captcha.site_key, action: box.dataset.captcha, theme, language: page.language, hl: page.language };
    captchas.set(box.closest("form"), window[page.captcha.api].render(box, shown));
  }
};
headersOf = (form) => {
  if (!$("[data-captcha]", form)) return undefined;
  const token = captchas.has(form) && window[page.captcha.api].getResponse(captchas.get(form));
  if (!token) throw { code: "CAPTCHA_FAILED" };
  return { "x-captcha-response": token };
};
afterSending = (form) => {
  if (captchas.has(form) && form.isConnected) window[page.captcha.api].reset(captchas.get(form));
};
`;
