import { DEFAULT_WORKSPACE_SLUG, hasAccount } from "@plinth/core";
import { hasOperator } from "@plinth/engine";
import { emailField, form, passwordField } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import { captchaFor } from "./captcha.ts";
import { sendsEmailCodes } from "./email-code.ts";
import { failureNote } from "./failure-note.ts";
import { type PageContent, type PageRequest, redirectTo } from "./hosted-page.ts";
import { otherMethods } from "./other-methods.ts";
import { PASSKEY_SIGN_IN_SCRIPT, passkeyButton } from "./passkeys.ts";
import { sendsPhoneCodes } from "./phone-code.ts";
import { isOpen } from "./sign-up.ts";

/**
 * `/sign-in?next=…`. A user who is signed in continues, unless `again` asks for a fresh sign-in, as sensitive acts do.
 * With `preview` the page is as somebody sees it who is not signed in.
 */
export async function signInPage(request: PageRequest): Promise<PageContent | Response> {
  const { ctx, texts, href, parameters, principal, entrance, onwards } = request;
  // Nobody can sign in yet; that page says what comes first.
  if (request.asOperator && !(await hasOperator(ctx.engine, ctx.driver))) return redirectTo("/setup");
  const { title, lead, by_mail, forgot, no_account, signed_in_as, go_on, without_account } = texts.sign_in;
  const isAnonymous = principal.claims?.is_anonymous === true;
  if (hasAccount(principal) && !isAnonymous && !parameters.has("again") && !parameters.has("preview")) {
    const body = html`<h1>${title}</h1>
<p class="lead">${withValues(signed_in_as, { email: principal.email ?? "" })}</p>
<div class="card"><p><a class="button" href="${entrance}">${go_on}</a></p>
${form(texts, { kind: "sign-out", path: "/auth/sign-out", submit: texts.common.sign_out, look: "plain" })}</div>`;
    return { title, body, script: SCRIPT };
  }
  const captcha = captchaFor(request, "/sign-in/email");
  const fields = [
    emailField(texts, { autocomplete: "username webauthn" }),
    passwordField(texts),
    ...(captcha ? [captcha.box] : []),
  ];
  const body = html`<h1>${title}</h1>
<p class="lead">${parameters.has("again") ? texts.step_up.no_password : lead}</p>
${failureNote(request)}
<div class="card">${form(texts, { kind: "sign-in", path: "/auth/sign-in/email", fields, submit: texts.common.sign_in })}
${await otherMethods(request, href("/sign-in", onwards), passkeyButton(texts))}</div>
<div class="below">
${sendsEmailCodes(request) && html`<p><a href="${href("/sign-in/mail", onwards)}">${by_mail}</a></p>`}
${sendsPhoneCodes(request) && html`<p><a href="${href("/sign-in/phone", onwards)}">${texts.phone_code.title}</a></p>`}
<p><a href="${href("/forgot-password", onwards)}">${forgot}</a></p>
${isOpen(request) && html`<p>${no_account} <a href="${href("/sign-up", onwards)}">${texts.common.sign_up}</a></p>`}
${takesAnonymousUsers(request) && form(texts, { kind: "anonymous", path: "/auth/sign-in/anonymous", submit: without_account, look: "quiet" })}
${isAnonymous && form(texts, { kind: "sign-out", path: "/auth/sign-out", submit: texts.common.sign_out, look: "quiet" })}
${request.asOperator && whoSignsIn(request)}
</div>`;
  return { title, body, captcha, script: SCRIPT + PASSKEY_SIGN_IN_SCRIPT };
}

/**
 * Users of an app who come here by mistake find their own page. It says the same to everybody: the workspace is the one in
 * the address to which they go on, whether it exists or not.
 */
function whoSignsIn({ ctx, texts, next }: PageRequest): Html {
  const workspace = /^\/admin\/t\/([a-z][a-z0-9-]{0,39})(?:[/?#]|$)/.exec(next)?.[1] ?? DEFAULT_WORKSPACE_SLUG;
  const path = `${workspace === DEFAULT_WORKSPACE_SLUG ? "" : `/t/${workspace}`}/sign-in`;
  const [before, after] = texts.sign_in.who.split("{address}");
  return html`<p class="soft">${before}<a href="${path}">${new URL(path, ctx.engine.config.appUrl).href}</a>${after}</p>`;
}

/** A button has no place for a challenge. */
function takesAnonymousUsers(request: PageRequest): boolean {
  const { settings, principal, parameters, asOperator } = request;
  const isOut = !hasAccount(principal) || parameters.has("preview");
  return !asOperator && settings.anonymous.sign_in && isOut && !captchaFor(request, "/sign-in/anonymous");
}

const SCRIPT = `
after["sign-in"] = enter;
after.anonymous = enter;
after["sign-out"] = () => location.reload();
`;
