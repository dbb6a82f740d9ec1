import { hasAccount } from "@plinth/core";
import { ownAccount, showOrganizationInvitation } from "@plinth/engine";
import { form } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import { confirmFirst } from "./confirm-address.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";
import { ACCEPT_SCRIPT, KEEP_INVITATION_SCRIPT, usedUp } from "./invitation.ts";
import { isOpen } from "./sign-up.ts";

/**
 * `/organization-invitation?token=…`: makes the user a member of the organization that sent the invitation. It names the
 * organization and not who is invited, and the token stays in the address.
 */
export async function organizationInvitationPage(request: PageRequest): Promise<PageContent> {
  const { ctx, texts, href, parameters, principal, entrance } = request;
  const { title, accept, incomplete, go_on } = texts.invitation;
  const { lead, into, roles, accept_as, accepted, member_already, gone, too_many } = texts.organization_invitation;
  const token = parameters.get("token");
  if (!token) return { title, body: html`<h1>${title}</h1><p class="lead">${incomplete}</p>`, status: 400 };
  const shown = await showOrganizationInvitation(ctx, token);
  const told = html`<h1>${title}</h1>
${shown && html`<p class="lead">${withValues(into, { organization: shown.organization, role: roles[shown.role] })}</p>`}`;
  if (!hasAccount(principal)) {
    const body = html`${told}
<p class="lead">${lead}</p>
<div class="card"><p><a class="button" data-returns href="${href("/sign-in")}">${texts.common.sign_in}</a></p>
${isOpen(request) && html`<p><a class="button plain" data-returns href="${href("/sign-up")}">${texts.common.sign_up}</a></p>`}</div>`;
    return { title, body, script: KEEP_INVITATION_SCRIPT };
  }
  if (!shown) return usedUp(request);
  const { email, email_verified } = await ownAccount(ctx);
  if (email === null || !email_verified) return confirmFirst(request, title, email);
  const body = html`${told}
<p class="lead">${withValues(accept_as, { email })}</p>
<div class="card">${form(texts, { kind: "accept", path: "/organization-invitations/accept", submit: accept, done: accepted })}</div>`;
  return {
    title,
    body,
    errors: {
      CONFLICT: member_already,
      NOT_FOUND: gone,
      LIMIT_EXCEEDED: too_many,
    },
    data: { opens: entrance, opens_text: go_on },
    script: ACCEPT_SCRIPT,
  };
}
