import { codeField, emailField, form } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import { captchaFor } from "./captcha.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** `/sign-in/mail?next=…`: signs in by a code in a mail, in two steps on one page. */
export function emailCodePage(request: PageRequest): PageContent {
  const { texts, href, onwards } = request;
  const captcha = captchaFor(request, "codes");
  const asked = [emailField(texts), ...(captcha ? [captcha.box] : [])];
  const { title, lead, send, code, again } = texts.email_code;
  const fields = [codeField(texts, { name: "otp", label: code, errorsOf: "code" })];
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<div class="card" id="ask">${form(texts, { kind: "ask", path: "/auth/email-otp/send-verification-otp", fields: asked, submit: send })}</div>
<div class="card" id="answer" hidden><p id="sent" tabindex="-1"></p>
${form(texts, { kind: "answer", path: "/auth/sign-in/email-otp", fields, submit: texts.common.sign_in })}
<p class="below"><a href="${href("/sign-in/mail", onwards)}">${again}</a></p></div>
<p class="below"><a href="${href("/sign-in", onwards)}">${texts.common.back}</a></p>`,
    captcha,
    script: SCRIPT,
    data: { sent: texts.email_code.sent },
  };
}

const SCRIPT = `
let email;
after.ask = (answer, form, values) => {
  ({ email } = values);
  $("#ask").hidden = true;
  $("#answer").hidden = false;
  $("#sent").textContent = page.sent.replace("{email}", email);
  $("#sent").focus();
};
before.answer = () => ({ email });
after.answer = enter;
`;
