import { html } from "../frame/html.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** `/verified`: where the link that confirms an address leads in the end. */
export function verifiedPage({ texts, href, parameters }: PageRequest): PageContent {
  const failed = parameters.has("error");
  const title = failed ? texts.verified.failed_title : texts.verified.title;
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${failed ? texts.verified.failed_lead : texts.verified.lead}</p>
<p><a class="button" href="${href("/account")}">${texts.sign_in.go_on}</a></p>`,
    status: failed ? 400 : 200,
  };
}
