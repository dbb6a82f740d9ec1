import { hasAccount } from "@plinth/core";
import { ownAccount, type ShownInvitation, showInvitation } from "@plinth/engine";
import { form } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import { captchaFor } from "./captcha.ts";
import { confirmFirst } from "./confirm-address.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";
import { otherMethods } from "./other-methods.ts";
import { SIGN_UP_SCRIPT, signUpData, signUpErrors, signUpForm } from "./sign-up.ts";

/**
 * `/invitation?token=…`: says as what one is invited, and accepts with a new account or with the one that is signed in. It does
 * not say who is invited, and the token stays in the address.
 */
export async function invitationPage(request: PageRequest): Promise<PageContent> {
  const { ctx, pool, texts, parameters, principal } = request;
  const { title, lead, email_hint, accept, have_account, accept_as, accepted, incomplete } = texts.invitation;
  const token = parameters.get("token");
  if (!token) return { title, body: html`<h1>${title}</h1><p class="lead">${incomplete}</p>`, status: 400 };
  const shown = await showInvitation(ctx, pool, token);
  const going = goingOn(request, shown);
  const told = html`<h1>${title}</h1>
${asWhat(request, shown)}`;
  if (hasAccount(principal)) {
    if (!shown) return usedUp(request);
    const { email, email_verified } = await ownAccount(ctx);
    if (email === null || !email_verified) return confirmFirst(request, title, email);
    const body = html`${told}
<p class="lead">${withValues(accept_as, { email })}</p>
<div class="card">${form(texts, { kind: "accept", path: "/invitations/accept", submit: accept, done: accepted })}</div>`;
    return { title, body, data: going.data, script: ACCEPT_SCRIPT };
  }
  const body = html`${told}
<p class="lead">${lead}</p>
<div class="card">${signUpForm(request, accept, email_hint)}
${await otherMethods(request, request.href("/sign-in"))}</div>
<p class="below">${have_account} <a data-returns href="${request.href("/sign-in")}">${texts.common.sign_in}</a></p>`;
  const captcha = captchaFor(request, "/sign-up/email");
  const script = SIGN_UP_SCRIPT + SCRIPT;
  const data = { ...signUpData({ ...request, onwards: going.onwards }), ...going.data };
  return { title, body, captcha, script, data, errors: signUpErrors(request) };
}

/** Whoever has accepted it may open the link again. */
export function usedUp({ ctx, texts, asOperator, entrance, onwards }: PageRequest): PageContent {
  const { title } = texts.invitation;
  const path = asOperator && !("next" in onwards) && ctx.engine.config.admin ? "/admin" : entrance;
  const body = html`<h1>${title}</h1>
<p class="lead">${texts.errors.INVALID_INVITATION}</p>
<p><a class="button" href="${path}">${texts.invitation.go_on}</a></p>`;
  return { title, body };
}

/** As what somebody is invited. Nothing where the link opens nothing: the form says so when it is sent. */
function asWhat({ texts, theme }: PageRequest, shown: ShownInvitation | undefined): Html | undefined {
  if (!shown) return undefined;
  const { as_member, as_user, with_roles, member_roles, member_may } = texts.invitation;
  const { workspace, roles } = shown;
  if (!workspace) {
    const more = roles.length === 0 ? "" : ` ${withValues(with_roles, { roles: roles.join(", ") })}`;
    return html`<p class="lead">${withValues(as_user, { name: theme.name })}${more}</p>`;
  }
  const role = roles[0] as keyof typeof member_roles;
  const values = { workspace: workspace.name, role: member_roles[role] };
  return html`<p class="lead">${withValues(as_member, values)} ${member_may[role]}</p>`;
}

/** Where somebody goes on who has accepted: a member in the workspace, a user in the app. */
function goingOn(
  { ctx, entrance, onwards, texts }: PageRequest,
  shown: ShownInvitation | undefined,
): { readonly onwards: PageRequest["onwards"]; readonly data: object } {
  const { workspace } = shown ?? {};
  const { open, go_on } = texts.invitation;
  if (!workspace || "next" in onwards) return { onwards, data: { opens: entrance, opens_text: go_on } };
  if (!ctx.engine.config.admin) return { onwards, data: { opens: entrance, opens_text: go_on } };
  const admin = `/admin/t/${encodeURIComponent(workspace.slug)}`;
  const opens_text = withValues(open, { workspace: workspace.name });
  return { onwards: { next: admin }, data: { next: admin, opens: admin, opens_text } };
}

export const TOKEN = `new URLSearchParams(location.search).get("token")`;

/** What is accepted opens with a button in the form's place. */
export const ACCEPT_SCRIPT = `
before.accept = () => ({ invitation: ${TOKEN} });
after.accept = (_, form) => {
  const card = form.parentElement;
  replaceBy(form, form.dataset.done);
  const link = document.createElement("a");
  link.className = "button";
  link.href = page.opens;
  link.textContent = page.opens_text;
  card.append(link);
};
`;

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
