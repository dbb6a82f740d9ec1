import { form, newPasswordField } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** `/reset-password?token=…&next=…`: where the link of the mail leads. The token stays in the address. */
export function resetPasswordPage({ texts, href, parameters, settings, onwards }: PageRequest): PageContent {
  const { title, lead, saved, no_token } = texts.reset;
  if (!parameters.get("token")) {
    return {
      title,
      body: html`<h1>${title}</h1><p class="lead">${no_token}</p><p><a href="${href("/forgot-password", onwards)}">${texts.forgot.title}</a></p>`,
      status: 400,
    };
  }
  const fields = [
    newPasswordField(texts, {
      name: "new_password",
      label: texts.common.new_password,
      errorsOf: "password",
      minLength: settings.passwords.min_length,
    }),
  ];
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<div class="card">${form(texts, { kind: "reset", path: "/auth/reset-password", fields, submit: texts.common.save, done: saved })}</div>
<p class="below"><a href="${href("/sign-in", onwards)}">${texts.common.sign_in}</a></p>`,
    script: `
before.reset = () => ({ token: new URLSearchParams(location.search).get("token") });
after.reset = (answer, form) => { forgetToken(); replaceBy(form, form.dataset.done); };
`,
  };
}
