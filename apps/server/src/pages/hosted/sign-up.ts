import { emailField, form, nameField, newPasswordField } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** `/sign-up?next=…`: a new account, where the workspace lets everybody make one. */
export function signUpPage(request: PageRequest): PageContent {
  const { texts, href, ctx, onwards } = request;
  const { title, have_account, closed, by_invitation } = texts.sign_up;
  const toSignIn = html`<p class="below">${have_account} <a href="${href("/sign-in", onwards)}">${texts.common.sign_in}</a></p>`;
  const { signUp } = ctx.engine.config;
  if (signUp !== "open") {
    const why = signUp === "closed" ? closed : by_invitation;
    return { title, body: html`<h1>${title}</h1><p class="lead">${why}</p>${toSignIn}` };
  }
  return {
    title,
    body: html`<h1>${title}</h1>
<div class="card">${signUpForm(request, texts.common.sign_up)}</div>
${toSignIn}`,
    script: SIGN_UP_SCRIPT,
    data: signUpData(request),
  };
}

export function signUpForm({ texts }: PageRequest, submit: string, emailHint?: string): Html {
  const fields = [nameField(texts), emailField(texts, { hint: emailHint }), newPasswordField(texts)];
  return form(texts, { kind: "sign-up", path: "/auth/sign-up/email", fields, submit });
}

/** What the script of the form needs. */
export function signUpData({ texts, href }: PageRequest): object {
  return { verified: href("/verified"), look_for_mail: texts.sign_up.look_for_mail };
}

/** Where the address must be confirmed first, the answer has no session. */
export const SIGN_UP_SCRIPT = `
before["sign-up"] = () => ({ callbackURL: page.verified });
after["sign-up"] = (answer, form, { email }) => {
  if (answer.token) return enter(answer);
  history.replaceState(null, "", location.pathname);
  replaceBy(form, page.look_for_mail.replace("{email}", email));
};
`;
