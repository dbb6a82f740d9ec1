import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { INVITATION_CARD } from "./account-forms.ts";
import { INVITATION_SCRIPT } from "./account-script.ts";
import { htmlPage } from "./layout.ts";
import { PAGE_SCRIPT } from "./page-script.ts";

/** `/invitation?token=…`: the form that accepts an invitation with a new account. It says nothing about the invitation. */
export function invitationPage(_: Context<AppEnv>): Response {
  const body = `<h1>You are invited.</h1>
<p class="lead">Choose a name and a password, and you are in.</p>
${INVITATION_CARD}
<p class="soft">You have an account with this address already? Sign in, and accept with POST /api/invitations/accept.</p>`;
  return htmlPage({ title: "Invitation", body, script: PAGE_SCRIPT + INVITATION_SCRIPT });
}
