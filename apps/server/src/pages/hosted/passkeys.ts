import { listPasskeys, type Passkey } from "@plinth/engine";
import { field, form } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import type { PageRequest } from "./hosted-page.ts";

/** The user's passkeys, and a button that makes one more. */
export async function passkeysSection({ ctx, texts }: PageRequest): Promise<Html> {
  const passkeys = await listPasskeys(ctx);
  const { passkeys: title, passkeys_lead, add_passkey } = texts.account;
  const path = "/auth/passkey/generate-register-options";
  return html`<section id="passkeys">
<h2 tabindex="-1">${title}</h2>
<p class="soft">${passkeys_lead}</p>
<ul class="links">${passkeys.map((passkey) => row(texts, passkey))}</ul>
${form(texts, { kind: "add-passkey", path, method: "GET", submit: add_passkey, look: "quiet" })}
</section>`;
}

function row(texts: PageRequest["texts"], { id, name, created_at }: Passkey): Html {
  const { passkey_name, remove_passkey, remove_passkey_of } = texts.account;
  const shown = name ?? passkey_name;
  const end = { kind: "end-passkey", path: `/passkeys/${id}`, method: "DELETE", look: "quiet" } as const;
  return html`<li><div><span class="name">${shown}</span><small><time datetime="${created_at}" data-local>${created_at.slice(0, 10)}</time></small>
${renaming(texts, id, shown)}</div>
${form(texts, { ...end, submit: remove_passkey, submitLabel: withValues(remove_passkey_of, { name: shown }) })}</li>`;
}

function renaming(texts: PageRequest["texts"], id: string, name: string): Html {
  const { rename_passkey, rename_passkey_of, new_passkey_name } = texts.account;
  const options = { name: "name", label: new_passkey_name, value: name, autocomplete: "off", maxLength: 100 };
  const fields = [field(texts, { ...options, idSuffix: id })];
  const path = `/passkeys/${id}`;
  return html`<details><summary aria-label="${withValues(rename_passkey_of, { name })}">${rename_passkey}</summary>
${form(texts, { kind: "rename-passkey", path, method: "PATCH", fields, submit: texts.common.save, look: "quiet" })}</details>`;
}

/** A person who closes the browser's window for passkeys has changed their mind. */
const CANCELLED = `
const cancelled = () => { throw { code: "CANCELLED" }; };
`;

export const PASSKEYS_SCRIPT = `${CANCELLED}
after["add-passkey"] = async (options) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const made = await navigator.credentials.create({ publicKey }).catch(cancelled);
  const name = navigator.userAgentData?.platform || navigator.platform || undefined;
  await ask("POST", "/auth/passkey/verify-registration", { response: made.toJSON(), name });
  location.reload();
};
after["rename-passkey"] = ({ data }, form) => {
  const row = form.closest("li");
  const shown = $(".name", row);
  for (const named of row.querySelectorAll("[aria-label]")) {
    named.ariaLabel = named.ariaLabel.replace(shown.textContent, () => data.name);
  }
  shown.textContent = data.name;
  form.parentElement.open = false;
  $("summary", row).focus();
  say(page.passkey_renamed);
};
after["end-passkey"] = (answer, form) => {
  form.closest("li").remove();
  say(page.passkey_removed);
  $("#passkeys h2").focus();
};
`;

/** In place of a form; browsers that know passkeys also offer them in the field for the address. */
export function passkeyButton(texts: PageRequest["texts"]): Html {
  const path = "/auth/passkey/generate-authenticate-options";
  return form(texts, { kind: "passkey", path, method: "GET", submit: texts.sign_in.by_passkey, look: "plain" });
}

export const PASSKEY_SIGN_IN_SCRIPT = `${CANCELLED}
// Of no field: the passkey may be one that was removed here, and is still on the device.
const unknown = (error) => { throw error.code === "INVALID_CREDENTIALS" ? { code: "UNKNOWN_PASSKEY" } : error; };
const offering = new AbortController();
async function usePasskey(options, more) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const found = await navigator.credentials.get({ publicKey, ...more }).catch(cancelled);
  const body = { response: found.toJSON() };
  await enter(await ask("POST", "/auth/passkey/verify-authentication", body).catch(unknown));
}
after.passkey = (options) => {
  offering.abort();
  return usePasskey(options);
};
async function offer() {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  const options = await ask("GET", "/auth/passkey/generate-authenticate-options");
  await usePasskey(options, { mediation: "conditional", signal: offering.signal });
}
if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  offer().catch((error) => error.code === "CANCELLED" || fail($("[data-kind=passkey]"), error));
} else $("[data-kind=passkey]").hidden = true;
`;
