import { emailField, form, nameField, newPasswordField, passwordField } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { en } from "../messages/en.ts";

/** The first operator's form. */
export function operatorCard(): Html {
  const fields = [nameField(en), emailField(en), newPasswordField(en)];
  return html`<section class="card">
<h2>Make this server yours</h2>
<p class="soft">It has no operator yet. The first account becomes the operator: it creates collections, rules, keys and other users' roles.</p>
${form(en, { kind: "operator", path: "/auth/sign-up/email", fields, submit: "Become operator" })}
</section>`;
}

/** Sends the setup token from the address, which need not stay in the history. On the server's own machine it is empty. */
export const OPERATOR_SCRIPT = `
before.operator = () => ({ setup_token: new URLSearchParams(location.search).get("token") ?? "" });
after.operator = enter;
`;

/** For a returning operator, in another browser or after the session's end. */
export function signInCard(): Html {
  const fields = [emailField(en), passwordField(en)];
  return html`<section class="card">
<h2>Sign in</h2>
<p class="soft">As an operator, to make keys.</p>
${form(en, { kind: "sign-in", path: "/auth/sign-in/email", fields, submit: "Sign in" })}
</section>`;
}

export const SIGN_IN_SCRIPT = `
after["sign-in"] = enter;
`;
