import { checkbox, emailField, form, nameField, newPasswordField } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { agreementTo } from "./agreement.ts";
import { captchaFor } from "./captcha.ts";
import { failureNote } from "./failure-note.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";
import { otherMethods } from "./other-methods.ts";

/** `/sign-up?next=…`: a new account, where the workspace lets everybody make one. */
export async function signUpPage(request: PageRequest): Promise<PageContent> {
  const { texts, href, settings, onwards } = request;
  const { title, have_account, closed, by_invitation } = texts.sign_up;
  const toSignIn = html`<p class="below">${have_account} <a href="${href("/sign-in", onwards)}">${texts.common.sign_in}</a></p>`;
  if (!isOpen(request)) {
    const why = settings.sign_up.mode === "closed" ? closed : by_invitation;
    return { title, body: html`<h1>${title}</h1><p class="lead">${why}</p>${toSignIn}` };
  }
  return {
    title,
    body: html`<h1>${title}</h1>
${failureNote(request)}
<div class="card">${signUpForm(request, texts.common.sign_up)}
${await otherMethods(request, href("/sign-up", onwards))}</div>
${toSignIn}`,
    captcha: captchaFor(request, "/sign-up/email"),
    script: SIGN_UP_SCRIPT,
    data: signUpData(request),
    errors: signUpErrors(request),
  };
}

/** Whether everybody can make an account. Operators are invited. */
export function isOpen({ settings, asOperator }: PageRequest): boolean {
  return !asOperator && settings.sign_up.mode === "open";
}

export function signUpForm(request: PageRequest, submit: string, emailHint?: string): Html {
  const { texts, settings } = request;
  const agreement = agreementTo(request);
  const captcha = captchaFor(request, "/sign-up/email");
  const fields = [
    nameField(texts),
    emailField(texts, { hint: emailHint }),
    newPasswordField(texts, { minLength: settings.passwords.min_length }),
    ...(agreement ? [checkbox("agreed", agreement, { required: true })] : []),
    ...(captcha ? [captcha.box] : []),
  ];
  return form(texts, { kind: "sign-up", path: "/auth/sign-up/email", fields, submit });
}

/** What the script of the form needs. */
export function signUpData({ texts, href, onwards, settings }: PageRequest): object {
  const { url, version } = settings.terms;
  return {
    verified: href("/verified", onwards),
    look_for_mail: texts.sign_up.look_for_mail,
    ...(url !== null && { terms_version: version }),
  };
}

/** The page has been open while the terms have changed. */
export function signUpErrors({ texts }: PageRequest): Record<string, string> {
  return { "VALIDATION.terms_version": texts.terms.outdated };
}

/** Where the address must be confirmed first, the answer has no session. */
export const SIGN_UP_SCRIPT = `
before["sign-up"] = () => ({ callback_url: page.verified, terms_version: page.terms_version });
after["sign-up"] = (answer, form, { email }) => {
  if (answer.token) return enter(answer);
  forgetToken();
  replaceBy(form, page.look_for_mail.replace("{email}", () => email));
};
`;
