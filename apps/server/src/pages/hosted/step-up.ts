import { hasAccount } from "@plinth/core";
import { ownAccount } from "@plinth/engine";
import { codeField, form, passwordField } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import { type PageContent, type PageRequest, redirectTo, toSignIn } from "./hosted-page.ts";

/** `/step-up?next=…`: a sensitive act needs a fresh proof of who one is: the code, or else the password. */
export async function stepUpPage(request: PageRequest): Promise<PageContent | Response> {
  const { ctx, principal, texts, href, next } = request;
  if (!hasAccount(principal)) return toSignIn(request, "/account");
  const { has_password, has_second_factor } = await ownAccount(ctx);
  if (!has_password && !has_second_factor) return redirectTo(href("/sign-in", { again: "", next }));
  const { title, lead } = texts.step_up;
  const fields = [has_second_factor ? codeField(texts, { label: texts.second_factor.code }) : passwordField(texts)];
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<div class="card">${form(texts, { kind: "prove", path: "/auth/step-up", fields, submit: texts.second_factor.go_on })}</div>`,
    script: `after.prove = () => location.replace(page.next);`,
    errors: { INVALID_CREDENTIALS: texts.errors["INVALID_CREDENTIALS.current_password"] },
  };
}
