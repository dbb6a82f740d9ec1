import { emailField, form } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import { captchaFor } from "./captcha.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** `/forgot-password?next=…`: asks for the mail that resets a password. */
export function forgotPasswordPage(request: PageRequest): PageContent {
  const { texts, href, onwards } = request;
  const captcha = captchaFor(request, "/request-password-reset");
  const { title, lead, send, sent } = texts.forgot;
  const fields = [emailField(texts), ...(captcha ? [captcha.box] : [])];
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<div class="card">${form(texts, { kind: "forgot", path: "/auth/request-password-reset", fields, submit: send, done: sent })}</div>
<p class="below"><a href="${href("/sign-in", onwards)}">${texts.common.sign_in}</a></p>`,
    captcha,
    script: `before.forgot = () => ({ callback_url: page.reset });`,
    data: { reset: href("/reset-password", onwards) },
  };
}
