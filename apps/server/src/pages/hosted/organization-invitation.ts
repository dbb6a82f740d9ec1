import { hasAccount } from "@plinth/core";
import { ownAccount } from "@plinth/engine";
import { form } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import { confirmFirst } from "./confirm-address.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";
import { KEEP_INVITATION_SCRIPT, TOKEN } from "./invitation.ts";
import { isOpen } from "./sign-up.ts";

/**
 * `/organization-invitation?token=…`: makes the user a member of the organization that sent the invitation. It says nothing
 * about the invitation, and the token stays in the address.
 */
export async function organizationInvitationPage(request: PageRequest): Promise<PageContent> {
  const { ctx, texts, href, parameters, principal } = request;
  const { title, accept, incomplete } = texts.invitation;
  const { lead, accept_as, accepted, member_already, gone, too_many } = texts.organization_invitation;
  if (!parameters.get("token")) {
    return { title, body: html`<h1>${title}</h1><p class="lead">${incomplete}</p>`, status: 400 };
  }
  if (!hasAccount(principal)) {
    const body = html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<div class="card"><p><a class="button" data-returns href="${href("/sign-in")}">${texts.common.sign_in}</a></p>
${isOpen(request) && html`<p><a class="button plain" data-returns href="${href("/sign-up")}">${texts.common.sign_up}</a></p>`}</div>`;
    return { title, body, script: KEEP_INVITATION_SCRIPT };
  }
  const { email, email_verified } = await ownAccount(ctx);
  if (email === null || !email_verified) return confirmFirst(request, title, email);
  const body = html`<h1>${title}</h1>
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
    script: `before.accept = () => ({ invitation: ${TOKEN} });`,
  };
}
