import { html } from "../frame/html.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** `/verified?next=…`: where a user continues after confirming an address. */
export function verifiedPage({ texts, href, onwards }: PageRequest): PageContent {
  const { title, lead } = texts.verified;
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<div class="card"><a class="button" href="${onwards.next ?? href("/account")}">${texts.sign_in.go_on}</a></div>`,
  };
}
