import { hasAccount } from "@plinth/core";
import { ownAccount } from "@plinth/engine";
import { form } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import { captchaFor } from "./captcha.ts";
import { confirmFirst } from "./confirm-address.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";
import { otherMethods } from "./other-methods.ts";
import { SIGN_UP_SCRIPT, signUpData, signUpErrors, signUpForm } from "./sign-up.ts";

/**
 * `/invitation?token=…`: accepts an invitation, with a new account or with the one that is signed in. It says nothing
 * about the invitation, and the token stays in the address.
 */
export async function invitationPage(request: PageRequest): Promise<PageContent> {
  const { ctx, texts, parameters, principal } = request;
  const { title, lead, email_hint, accept, have_account, accept_as, accepted, incomplete } = texts.invitation;
  if (!parameters.get("token")) {
    return { title, body: html`<h1>${title}</h1><p class="lead">${incomplete}</p>`, status: 400 };
  }
  if (hasAccount(principal)) {
    const { email, email_verified } = await ownAccount(ctx);
    if (email === null || !email_verified) return confirmFirst(request, title, email);
    const body = html`<h1>${title}</h1>
<p class="lead">${withValues(accept_as, { email })}</p>
<div class="card">${form(texts, { kind: "accept", path: "/invitations/accept", submit: accept, done: accepted })}</div>`;
    return { title, body, script: `before.accept = () => ({ invitation: ${TOKEN} });` };
  }
  const body = html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<div class="card">${signUpForm(request, accept, email_hint)}
${await otherMethods(request, request.href("/sign-in"))}</div>
<p class="below">${have_account} <a data-returns href="${request.href("/sign-in")}">${texts.common.sign_in}</a></p>`;
  const captcha = captchaFor(request, "/sign-up/email");
  const script = SIGN_UP_SCRIPT + SCRIPT;
  return { title, body, captcha, script, data: signUpData(request), errors: signUpErrors(request) };
}

export const TOKEN = `new URLSearchParams(location.search).get("token")`;

/** A person who signs in first comes back here. */
export const KEEP_INVITATION_SCRIPT = `
for (const link of document.querySelectorAll("[data-returns]")) {
  const url = new URL(link.href);
  url.searchParams.set("next", location.pathname + location.search);
  link.href = url.href;
}
`;

/** A provider's new account accepts the invitation too. */
const SCRIPT = `${KEEP_INVITATION_SCRIPT}
const confirming = before["sign-up"];
before["sign-up"] = () => ({ ...confirming(), invitation: ${TOKEN} });
for (const link of document.querySelectorAll("[data-provider]")) {
  link.search = link.search + "&invitation=" + encodeURIComponent(${TOKEN});
}
`;
