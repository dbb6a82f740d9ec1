import type { OwnAccount } from "@plinth/engine";
import { codeField, form, phoneField } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import type { PageRequest } from "./hosted-page.ts";

/** The number of the user's phone: it is set in two steps, and removed. */
export function numberSection({ texts }: PageRequest, { phone }: Pick<OwnAccount, "phone">): Html {
  const { title, is, none, set, remove, code } = texts.account_phone;
  const number = phoneField(texts);
  return html`<section>
<h2>${title}</h2>
<p class="soft">${phone === null ? none : withValues(is, { phone })}</p>
<div id="phone-ask">${form(texts, { kind: "phone", path: "/auth/change-phone", fields: [number], submit: texts.phone_code.send })}</div>
<div id="phone-answer" hidden><p id="phone-sent" tabindex="-1"></p>
${form(texts, { kind: "phone-code", path: "/auth/verify-phone", fields: [codeField(texts, { name: "code", label: code })], submit: set })}</div>
${phone !== null && form(texts, { kind: "phone-remove", path: "/me/phone", method: "DELETE", submit: remove, look: "quiet" })}
</section>`;
}

export const PHONE_SCRIPT = `
let phone;
after.phone = (answer, form, values) => {
  ({ phone } = values);
  $("#phone-ask").hidden = true;
  $("#phone-answer").hidden = false;
  $("#phone-sent").textContent = page.phone_sent.replace("{phone}", () => onOneLine(phone));
  $("#phone-sent").focus();
};
before["phone-code"] = () => ({ phone });
after["phone-code"] = () => location.reload();
after["phone-remove"] = () => location.reload();
`;
