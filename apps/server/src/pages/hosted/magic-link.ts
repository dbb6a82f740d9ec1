import { form } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** `/magic-link?token=…&next=…`: where the link leads that signs in. Opening it does nothing yet. */
export function magicLinkPage({ texts, href, parameters, onwards }: PageRequest): PageContent {
  const { title, lead } = texts.magic_link;
  const below = html`<p class="below"><a href="${href("/sign-in", onwards)}">${texts.common.back}</a></p>`;
  if (!parameters.get("token")) {
    return { title, body: html`<h1>${title}</h1><p class="lead">${texts.verify.incomplete}</p>${below}`, status: 400 };
  }
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<div class="card">${form(texts, { kind: "enter", path: "/auth/magic-link/verify", submit: texts.common.sign_in })}</div>
${below}`,
    errors: { ANONYMOUS_SESSION: texts.magic_link.other_account },
    script: SCRIPT,
  };
}

const SCRIPT = `
let replaces = false;
before.enter = () => ({ token: new URLSearchParams(location.search).get("token"), replace_session: replaces });
failed.ANONYMOUS_SESSION = (form, error) => { replaces = true; fail(form, error); };
after.enter = enter;
`;
