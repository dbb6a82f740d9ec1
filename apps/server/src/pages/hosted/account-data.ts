import { hasAccount } from "@plinth/core";
import { checkbox, emailField, form } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { accountHead, accountTitle } from "./account-frame.ts";
import { type PageContent, type PageRequest, toSignIn } from "./hosted-page.ts";

/** `/account/data`: what is stored about the user, and how to end it. */
export function dataPage(request: PageRequest): PageContent | Response {
  const { principal, texts, base, href } = request;
  if (!hasAccount(principal)) return toSignIn(request, "/account/data");
  const { export: exported, export_lead, download } = texts.data;
  return {
    title: accountTitle(request, "data"),
    body: html`${accountHead(request, "/account/data")}
<section>
<h2>${exported}</h2>
<p class="soft">${export_lead}</p>
<p><a class="button" href="/api${base}/me/export" download>${download}</a></p>
</section>
${deletionSection(request)}`,
    script: SCRIPT,
    data: {
      deleted: href("/account/deleted"),
      deleting: href("/account/deleted", { going: "" }),
      has_email: principal.email !== undefined,
    },
    errors: { "VALIDATION.email": texts.data.confirm_mismatch },
    wide: true,
  };
}

function deletionSection({ texts, settings, principal }: PageRequest): Html {
  const { delete: title, delete_off, delete_released, delete_deleted, confirm_email, confirm, delete_now } = texts.data;
  const what = { off: delete_off, release: delete_released, delete: delete_deleted }[settings.own_account.deletion];
  const fields = principal.email
    ? [emailField(texts, { label: confirm_email, autocomplete: "off" })]
    : [checkbox(CONFIRM, html`${confirm}`, { required: true })];
  return html`<section>
<h2>${title}</h2>
<p class="soft">${what}</p>
${settings.own_account.deletion !== "off" && form(texts, { kind: "delete", path: "/me/delete", fields, submit: delete_now, look: "danger" })}
</section>`;
}

/** `/account/deleted`: a farewell. */
export function deletedPage({ texts, parameters }: PageRequest): PageContent {
  const { deleted_title, deleted_lead, deleting_lead } = texts.data;
  return {
    title: deleted_title,
    body: html`<h1>${deleted_title}</h1><p class="lead">${parameters.has("going") ? deleting_lead : deleted_lead}</p>`,
  };
}

/** Of an account without an address, by which it could be confirmed. */
const CONFIRM = "confirm";

const SCRIPT = `
before.delete = () => (page.has_email ? {} : { email: null, ${CONFIRM}: undefined });
after.delete = ({ data }) => location.replace(data.complete ? page.deleted : page.deleting);
`;
