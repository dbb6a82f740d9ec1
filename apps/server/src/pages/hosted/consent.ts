import { hasAccount } from "@plinth/core";
import { ownTerms, termsDue } from "@plinth/engine";
import { checkbox, form } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import { agreementTo } from "./agreement.ts";
import { type PageContent, type PageRequest, redirectTo, toSignIn } from "./hosted-page.ts";

/** `/consent?next=…`: the workspace's terms, to which a user has yet to agree. Nobody else stays on this page. */
export async function consentPage(request: PageRequest): Promise<PageContent | Response> {
  const { ctx, principal, texts, href, next } = request;
  if (!hasAccount(principal)) return toSignIn(request, "/consent");
  if (!(await termsDue(ctx))) return redirectTo(next);
  const { version, agreements } = await ownTerms(ctx);
  const { title, lead, changed, otherwise, outdated } = texts.terms;
  const fields = [checkbox("agreed", agreementTo(request)!, { required: true })];
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${agreements.length > 0 ? changed : lead}</p>
<div class="card">${form(texts, { kind: "agree", path: "/me/terms", fields, values: { version }, submit: texts.sign_in.go_on })}</div>
<div class="below"><p>${otherwise} <a href="${href("/account/data")}">${texts.account.data}</a></p></div>`,
    script: `after.agree = () => location.replace(page.next);`,
    data: { next },
    errors: { "VALIDATION.version": outdated },
  };
}
