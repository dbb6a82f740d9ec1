import { form } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** Sends the mail again that confirms the user's address. */
export function mailAgain({ texts }: PageRequest, email: string, look: "quiet" | "plain" = "quiet"): Html {
  const { send_again, mail_sent } = texts.account;
  const done = withValues(mail_sent, { email });
  const path = "/auth/send-verification-email";
  return form(texts, { kind: "verify", path, values: { email }, submit: send_again, look, done });
}

/** In place of a page for which the user needs a confirmed address. The mail's link leads back to it. */
export function confirmFirst(request: PageRequest, title: string, email: string | null): PageContent {
  const { texts, href } = request;
  if (email === null) {
    const { no_email, new_email } = texts.account;
    const body = html`<h1>${title}</h1>
<p class="lead">${no_email}</p>
<div class="card"><a class="button" href="${href("/account")}">${new_email}</a></div>`;
    return { title, body };
  }
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${withValues(texts.invitation.confirm_first, { email })}</p>
<div class="card">${mailAgain(request, email, "plain")}</div>`,
    script: `before.verify = () => ({ callback_url: location.pathname + location.search });`,
  };
}
