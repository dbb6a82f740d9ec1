import type { OfferedProvider } from "@plinth/engine";
import { emailField, form, nameField, newPasswordField, passwordField } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { failureNote } from "../hosted/failure-note.ts";
import { linkTo } from "../hosted/other-methods.ts";
import type { Messages } from "../messages/index.ts";

/** The first operator's form. */
export function operatorCard(texts: Messages): Html {
  const { make_yours, make_yours_lead, become_operator } = texts.setup;
  const fields = [nameField(texts), emailField(texts), newPasswordField(texts)];
  return html`<section class="card">
<h2>${make_yours}</h2>
<p class="soft">${make_yours_lead}</p>
${form(texts, { kind: "operator", path: "/auth/sign-up/email", fields, submit: become_operator })}
</section>`;
}

/** Sends the setup token from the address, which need not stay in the history. On the server's own machine it is empty. */
export const OPERATOR_SCRIPT = `
before.operator = () => ({ setup_token: new URLSearchParams(location.search).get("token") ?? "" });
after.operator = enter;
`;

/**
 * For a returning operator, in another browser or after the session's end. `home` is the page; `parameters` say what has
 * failed there.
 */
export function signInCard(
  texts: Messages,
  { providers, home, parameters }: { providers: readonly OfferedProvider[]; home: string; parameters: URLSearchParams },
): Html {
  const fields = [emailField(texts), passwordField(texts)];
  const links = providers.map((provider) => linkTo({ texts, base: "/operator", entrance: home }, provider, home));
  return html`<section class="card">
<h2>${texts.common.sign_in}</h2>
<p class="soft">${texts.start.sign_in_lead}</p>
${failureNote({ texts, parameters })}
${form(texts, { kind: "sign-in", path: "/auth/sign-in/email", fields, submit: texts.common.sign_in })}
${links.length > 0 && html`<p class="or">${texts.sign_in.or}</p><div class="providers">${links}</div>`}
</section>`;
}

export const SIGN_IN_SCRIPT = `
after["sign-in"] = enter;
`;
