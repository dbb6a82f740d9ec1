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

/** In place of a page for which the user's address must be confirmed. The mail's link leads back to it. */
export function confirmFirst(request: PageRequest, title: string, { email }: OwnAccount): PageContent {
  const text = withValues(request.texts.invitation.confirm_first, { email });
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${text}</p>
${mailAgain(request, email)}`,
    script: `before.verify = () => ({ callback_url: location.pathname + location.search });`,
  };
}
