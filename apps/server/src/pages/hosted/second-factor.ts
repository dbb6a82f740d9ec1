import { checkbox, codeField, form } from "../frame/form.ts";
import { html } from "../frame/html.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** `/second-factor?next=…`: the code that a sign-in still needs; with `recovery`, one of the recovery codes. */
export function secondFactorPage({ texts, href, parameters, onwards }: PageRequest): PageContent {
  const { title, lead, code, trust, go_on, use_recovery, recovery_lead, recovery_code, use_app } = texts.second_factor;
  const recovery = parameters.has("recovery");
  const other = recovery ? href("/second-factor", onwards) : href("/second-factor", { ...onwards, recovery: "" });
  const fields = [
    recovery
      ? codeField(texts, { label: recovery_code, numeric: false, maxLength: 20, autocomplete: "off" })
      : codeField(texts, { label: code }),
    checkbox("trust_device", html`${trust}`, { required: false }),
  ];
  const path = recovery ? "/auth/two-factor/verify-backup-code" : "/auth/two-factor/verify-totp";
  return {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${recovery ? recovery_lead : lead}</p>
<div class="card">${form(texts, { kind: "code", path, fields, submit: go_on })}</div>
<p class="below"><a href="${other}">${recovery ? use_app : use_recovery}</a></p>`,
    script: `
before.code = ({ elements }) => ({ trust_device: elements.trust_device.checked });
after.code = enter;
`,
  };
}
