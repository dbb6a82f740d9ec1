import { hasAccount } from "@plinth/core";
import { type OwnAccount, ownAccount } from "@plinth/engine";
import { emailField, form, nameField } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import { accountHead, accountTitle } from "./account-frame.ts";
import { numberSection, PHONE_SCRIPT } from "./account-phone.ts";
import { mailAgain } from "./confirm-address.ts";
import { type PageContent, type PageRequest, toSignIn } from "./hosted-page.ts";
import { sendsPhoneCodes } from "./phone-code.ts";

/** `/account`: the user's name and address. */
export async function profilePage(request: PageRequest): Promise<PageContent | Response> {
  const { ctx, principal, texts, href } = request;
  if (!hasAccount(principal)) return toSignIn(request, "/account");
  const account = await ownAccount(ctx);
  const body = html`${accountHead(request, "/account")}
<section aria-label="${texts.account.profile}">
${form(texts, { kind: "profile", path: "/auth/update-user", fields: [nameField(texts, account.name)], submit: texts.common.save })}
</section>
${addressSection(request, account)}
${sendsPhoneCodes(request) && numberSection(request, account)}`;
  return {
    title: accountTitle(request, "profile"),
    body,
    script: SCRIPT + PHONE_SCRIPT,
    data: {
      phone_sent: texts.account_phone.sent,
      saved: texts.common.saved,
      verified: href("/verified"),
    },
    wide: true,
  };
}

function addressSection(request: PageRequest, { email, email_verified }: OwnAccount): Html {
  const { texts } = request;
  const { change_email, email_is, no_email, unconfirmed, new_email, new_email_hint, change_sent } = texts.account;
  const fields = [
    emailField(texts, {
      name: "new_email",
      label: new_email,
      autocomplete: "email",
      hint: new_email_hint,
      errorsOf: "email",
    }),
  ];
  return html`<section>
<h2>${change_email}</h2>
<p class="soft">${email === null ? no_email : withValues(email_is, { email })}</p>
${email !== null && !email_verified && html`<p>${unconfirmed}</p>${mailAgain(request, email)}`}
${form(texts, { kind: "email", path: "/auth/change-email", fields, submit: change_email, done: change_sent })}
</section>`;
}

const SCRIPT = `
after.profile = () => say(page.saved);
before.verify = before.email = () => ({ callback_url: page.verified });
`;
