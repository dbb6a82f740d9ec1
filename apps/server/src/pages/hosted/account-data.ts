import { emailField, form } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import { accountHead, accountTitle } from "./account-frame.ts";
import { type PageContent, type PageRequest, toSignIn } from "./hosted-page.ts";

/** `/account/data`: what is stored about the user, and how to end it. */
export function dataPage(request: PageRequest): PageContent | Response {
  const { principal, texts, base, href } = request;
  if (principal.kind !== "user") return toSignIn(request, "/account/data");
  const { export: exported, export_lead, download, delete: deletion, delete_released, confirm_email } = texts.data;
  const fields = [emailField(texts, { label: confirm_email, autocomplete: "off" })];
  return {
    title: accountTitle(request, "data"),
    body: html`${accountHead(request, "/account/data")}
<section>
<h2>${exported}</h2>
<p class="soft">${export_lead}</p>
<p><a class="button" href="/api${base}/me/export" download>${download}</a></p>
</section>
<section>
<h2>${deletion}</h2>
<p class="soft">${delete_released}</p>
${form(texts, { kind: "delete", path: "/me/delete", fields, submit: texts.data.delete_now, look: "danger" })}
</section>`,
    script: SCRIPT,
    data: { deleted: href("/account/deleted") },
    errors: { "VALIDATION.email": texts.data.confirm_mismatch },
    wide: true,
  };
}

/** `/account/deleted`: a farewell. */
export function deletedPage({ texts, parameters }: PageRequest): PageContent {
  const { deleted_title, deleted_lead, deleting_lead } = texts.data;
  return {
    title: deleted_title,
    body: html`<h1>${deleted_title}</h1><p class="lead">${parameters.has("going") ? deleting_lead : deleted_lead}</p>`,
  };
}

const SCRIPT = `
after.delete = ({ data }) => location.replace(page.deleted + (data.complete ? "" : "?going"));
`;
