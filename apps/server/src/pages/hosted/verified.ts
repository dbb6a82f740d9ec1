import { html } from "../frame/html.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** `/verified`: where a user continues after confirming an address. */
export function verifiedPage({ texts, href }: PageRequest): PageContent {
  const { title, lead } = texts.verified;
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<p><a class="button" href="${href("/account")}">${texts.sign_in.go_on}</a></p>`,
  };
}
