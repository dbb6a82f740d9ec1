import { form } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/**
 * `/verify-email?token=…&next=…`: where the link leads that confirms an address. Opening it confirms nothing: programs that
 * scan mails open links too.
 */
export function verifyEmailPage({ texts, href, parameters, onwards }: PageRequest): PageContent {
  const { title, lead, confirm, incomplete } = texts.verify;
  if (!parameters.get("token")) {
    return { title, body: html`<h1>${title}</h1><p class="lead">${incomplete}</p>`, status: 400 };
  }
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<div class="card">${form(texts, { kind: "verify", path: "/auth/verify-email", submit: confirm })}</div>`,
    script: SCRIPT,
    data: { verified: onwards.next ?? href("/verified") },
  };
}

const SCRIPT = `
before.verify = () => ({ token: new URLSearchParams(location.search).get("token"), callback_url: page.verified });
after.verify = () => location.replace(page.verified);
`;
