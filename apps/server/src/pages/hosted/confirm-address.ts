import type { OwnAccount } from "@plinth/engine";
import { form } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** Sends the mail again that confirms the user's address. */
export function mailAgain({ texts }: PageRequest, email: string): Html {
  const { send_again, mail_sent } = texts.account;
  const done = withValues(mail_sent, { email });
  const path = "/auth/send-verification-email";
  return form(texts, { kind: "verify", path, values: { email }, submit: send_again, look: "quiet", done });
}

/**
 * In place of a page for which the user needs a confirmed address. The mail's link leads back to it; who has no address
 * adds one to the account first.
 */
export function confirmFirst(request: PageRequest, title: string, { email }: OwnAccount): PageContent {
  const { invitation, account } = request.texts;
  if (email === null) {
    const add = html`<p><a class="button" href="${request.href("/account")}">${account.change_email}</a></p>`;
    return { title, body: html`<h1>${title}</h1><p class="lead">${account.no_email}</p>${add}` };
  }
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${withValues(invitation.confirm_first, { email })}</p>
${mailAgain(request, email)}`,
    script: `before.verify = () => ({ callback_url: location.pathname + location.search });`,
  };
}
