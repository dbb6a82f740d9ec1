import { hasAccount } from "@plinth/core";
import { type OwnAccount, ownAccount } from "@plinth/engine";
import { codeField, form, passwordField } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { accountHead, accountTitle } from "./account-frame.ts";
import { type PageContent, type PageRequest, toSignIn } from "./hosted-page.ts";

/** `/account/second-factor`: adds an authenticator app, replaces its recovery codes, removes it. */
export async function ownSecondFactorPage(request: PageRequest): Promise<PageContent | Response> {
  const { ctx, principal, texts } = request;
  if (!hasAccount(principal)) return toSignIn(request, "/account/second-factor");
  const account = await ownAccount(ctx);
  return {
    title: accountTitle(request, "second_factor"),
    body: html`${accountHead(request, "/account/security")}
${account.has_second_factor ? managing(request, account) : adding(request, account)}`,
    script: SCRIPT,
    data: { qr: request.href("/account/qr") },
    errors: { INVALID_CREDENTIALS: texts.errors["INVALID_CREDENTIALS.current_password"] },
    wide: true,
  };
}

function adding({ texts }: PageRequest, account: OwnAccount): Html {
  const { second_factor, factor_off, add_factor, scan, qr, key, codes_lead, confirm_code, confirm, factor_added } =
    texts.account;
  const fields = passwordOf(texts, account);
  const code = [codeField(texts, { label: texts.second_factor.code })];
  return html`<section>
<h2>${second_factor}</h2>
<p class="soft">${factor_off}</p>
${form(texts, { kind: "add", path: "/auth/two-factor/enable", fields, submit: add_factor })}
<div id="added" tabindex="-1" hidden>
<p>${scan}</p>
<p><img id="qr" class="qr" alt="${qr}" width="232" height="232"></p>
<p>${key}: <code id="key"></code></p>
<p>${codes_lead}</p>
<pre id="codes"></pre>
<p class="below">${confirm_code}</p>
${form(texts, { kind: "confirm", path: "/auth/two-factor/verify-totp", fields: code, submit: confirm, done: factor_added })}
</div>
</section>`;
}

function managing({ texts }: PageRequest, account: OwnAccount): Html {
  const { second_factor, factor_on, new_codes, new_codes_lead, codes_lead, remove_factor, factor_removed } =
    texts.account;
  const renewal = { kind: "renew", path: "/auth/two-factor/generate-backup-codes", submit: new_codes } as const;
  const removal = { kind: "remove", path: "/auth/two-factor/disable", submit: remove_factor } as const;
  return html`<section>
<h2>${second_factor}</h2>
<p class="soft">${factor_on}</p>
</section>
<section>
<h2>${new_codes}</h2>
<p class="soft">${new_codes_lead}</p>
${form(texts, { ...renewal, fields: passwordOf(texts, account, "renew") })}
<div id="added" tabindex="-1" hidden><p>${codes_lead}</p><pre id="codes"></pre></div>
</section>
<section>
<h2>${remove_factor}</h2>
${form(texts, { ...removal, fields: passwordOf(texts, account, "remove"), look: "danger", done: factor_removed })}
</section>`;
}

/** better-auth asks for the password once more, of an account that has one. */
function passwordOf(texts: PageRequest["texts"], { has_password }: OwnAccount, of = "add"): Html[] {
  return has_password ? [passwordField(texts, { idSuffix: of })] : [];
}

const SCRIPT = `
function showCodes(form, codes) {
  $("#codes").textContent = codes.join("\\n");
  form.remove();
  $("#added").hidden = false;
  $("#added").focus();
}
after.add = async ({ totp_uri, backup_codes }, form) => {
  const { svg } = await (await fetch(page.qr, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: totp_uri }),
  })).json();
  $("#qr").src = "data:image/svg+xml," + encodeURIComponent(svg);
  $("#key").textContent = new URL(totp_uri).searchParams.get("secret").replace(/.{4}(?=.)/g, "$& ");
  showCodes(form, backup_codes);
};
after.renew = ({ backup_codes }, form) => showCodes(form, backup_codes);
`;
