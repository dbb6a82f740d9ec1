import { codeField, form } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import type { Messages } from "../messages/index.ts";
import { captchaFor } from "./captcha.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

interface CodePage {
  /** Of this page. */
  readonly path: string;
  readonly words: Messages["phone_code"];
  /** Who gets the code: the name of what is sent, and its field. */
  readonly recipient: { readonly name: string; readonly field: Html };
  /** The code: what the API calls it when it is sent. Its errors name `code`. */
  readonly code: string;
  /** What of the API sends the code, and what takes it. */
  readonly send: "/email-otp/send-verification-otp" | "/phone-code/send";
  readonly signIn: string;
}

/** Signs in by a code that is sent, in two steps on one page. */
export function codePage(request: PageRequest, page: CodePage): PageContent {
  const { texts, href, onwards } = request;
  const captcha = captchaFor(request, page.send);
  const { path, words, recipient, code, send, signIn } = page;
  const asked = [recipient.field, ...(captcha ? [captcha.box] : [])];
  const fields = [codeField(texts, { name: code, errorsOf: "code", label: words.code })];
  return {
    title: words.title,
    body: html`<h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
<div class="card" id="ask">${form(texts, { kind: "ask", path: `/auth${send}`, fields: asked, submit: words.send })}</div>
<div class="card" id="answer" hidden><p id="sent" tabindex="-1"></p>
${form(texts, { kind: "answer", path: signIn, fields, submit: texts.common.sign_in })}
<p class="below"><a href="${href(path, onwards)}">${words.again}</a></p></div>
<p class="below"><a href="${href("/sign-in", onwards)}">${texts.common.back}</a></p>`,
    captcha,
    script: SCRIPT,
    data: { sent: words.sent, recipient: recipient.name },
  };
}

const SCRIPT = `
let recipient;
after.ask = (answer, form, values) => {
  recipient = values[page.recipient];
  $("#ask").hidden = true;
  $("#answer").hidden = false;
  $("#sent").textContent = page.sent.replace("{" + page.recipient + "}", () => onOneLine(recipient));
  $("#sent").focus();
};
before.answer = () => ({ [page.recipient]: recipient });
after.answer = enter;
`;
