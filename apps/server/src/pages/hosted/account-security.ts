import { hasAccount } from "@plinth/core";
import { listSessions, type OwnAccount, ownAccount, type Session } from "@plinth/engine";
import { form, newPasswordField, passwordField } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import { accountHead, accountTitle } from "./account-frame.ts";
import { failureNote } from "./failure-note.ts";
import { type PageContent, type PageRequest, toSignIn } from "./hosted-page.ts";
import { LINKED_ACCOUNTS_SCRIPT, linkedAccountsSection } from "./linked-accounts.ts";
import { PASSKEYS_SCRIPT, passkeysSection } from "./passkeys.ts";

/** `/account/security`: the password, and where the user is signed in. */
export async function securityPage(request: PageRequest): Promise<PageContent | Response> {
  const { ctx, principal, texts } = request;
  if (!hasAccount(principal)) return toSignIn(request, "/account/security");
  const account = await ownAccount(ctx);
  const sessions = await listSessions(ctx);
  return {
    title: accountTitle(request, "security"),
    body: html`${accountHead(request, "/account/security")}
${failureNote(request)}
${passwordSection(request, account)}
${secondFactorSection(request, account)}
${await passkeysSection(request)}
${await linkedAccountsSection(request)}
${sessionsSection(request, sessions)}`,
    script: PASSKEYS_SCRIPT + LINKED_ACCOUNTS_SCRIPT + SCRIPT,
    data: {
      session_ended: texts.account.session_ended,
      unlinked: texts.account.unlinked,
      passkey_renamed: texts.account.passkey_renamed,
      passkey_removed: texts.account.passkey_removed,
    },
    errors: { CONFLICT: texts.account.last_way_in },
    wide: true,
  };
}

function passwordSection({ texts, href, settings }: PageRequest, { has_password }: OwnAccount): Html {
  const { change_password, change_password_hint, password_changed, no_password } = texts.account;
  if (!has_password) {
    return html`<section><h2>${texts.common.password}</h2>

<p class="soft">${no_password}</p>
<p><a href="${href("/forgot-password")}">${texts.forgot.send}</a></p></section>`;
  }
  const fields = [
    passwordField(texts, { name: "current_password", label: texts.common.current_password }),
    newPasswordField(texts, {
      name: "new_password",
      label: texts.common.new_password,
      errorsOf: "password",
      minLength: settings.passwords.min_length,
    }),
  ];
  return html`<section>
<h2>${change_password}</h2>
<p class="soft">${change_password_hint}</p>
${form(texts, { kind: "password", path: "/auth/change-password", fields, submit: change_password, done: password_changed })}
</section>`;
}

function secondFactorSection({ texts, href }: PageRequest, { has_second_factor }: OwnAccount): Html {
  const { second_factor, factor_off, factor_on, add_factor, manage_factor } = texts.account;
  return html`<section>
<h2>${second_factor}</h2>
<p class="soft">${has_second_factor ? factor_on : factor_off}</p>
<p><a href="${href("/account/second-factor")}">${has_second_factor ? manage_factor : add_factor}</a></p>
</section>`;
}

function sessionsSection({ texts }: PageRequest, sessions: readonly Session[]): Html {
  const { end_others, others_ended } = texts.account;
  const others = sessions.length > 1;
  return html`<section id="sessions">
<h2 tabindex="-1">${texts.account.sessions}</h2>
<ul class="links">${sessions.map((session) => row(texts, session))}</ul>
${others && form(texts, { kind: "others", path: "/sessions", method: "DELETE", submit: end_others, look: "quiet", done: others_ended })}
</section>`;
}

function row(
  texts: PageRequest["texts"],
  { id, device, address, last_used_at, current, impersonation }: Session,
): Html {
  const { this_session, acting_session, unknown_device, last_used, end_session, end_session_of } = texts.account;
  // Names of products, which need no translation.
  const name = device?.replace(" on ", " · ") ?? unknown_device;
  const end = { kind: "end", path: `/sessions/${id}`, method: "DELETE", look: "quiet" } as const;
  return html`<li><div>${name}${current && html` <span class="soft">(${this_session})</span>`}
<small>${last_used} <time datetime="${last_used_at}" data-local>${last_used_at.slice(0, 10)}</time></small>
${address !== null && html`<small>${address}</small>`}
${impersonation && html`<small>${withValues(acting_session, { reason: impersonation.reason })}</small>`}</div>
${!current && form(texts, { ...end, submit: end_session, submitLabel: withValues(end_session_of, { device: name }) })}</li>`;
}

const SCRIPT = `
after.end = (answer, form) => {
  form.closest("li").remove();
  say(page.session_ended);
  $("#sessions h2").focus();
};
after.others = (answer, form) => {
  for (const row of document.querySelectorAll("#sessions li:has(form)")) row.remove();
  replaceBy(form, form.dataset.done);
};
`;
