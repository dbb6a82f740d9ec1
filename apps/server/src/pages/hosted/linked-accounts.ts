import { type LinkedAccount, listLinkedAccounts, type OfferedProvider, offeredProviders } from "@plinth/engine";
import { form } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import type { PageRequest } from "./hosted-page.ts";

/** The user's accounts at providers, and those that could be connected; nothing where the workspace has no provider. */
export async function linkedAccountsSection(request: PageRequest): Promise<Html | undefined> {
  const { ctx, pool, texts } = request;
  const linked = await listLinkedAccounts(ctx);
  const offered = await offeredProviders(ctx.engine, ctx.driver, pool);
  if (linked.length === 0 && offered.length === 0) return undefined;
  const { linked: title, linked_lead, no_linked } = texts.account;
  return html`<section id="linked">
<h2 tabindex="-1">${title}</h2>
<p class="soft">${linked_lead}${linked.length === 0 && ` ${no_linked}`}</p>
<ul class="links">${linked.map((account) => row(texts, account))}</ul>
${offered.filter(({ name }) => !linked.some(({ provider }) => provider === name)).map((provider) => offer(texts, provider))}
</section>`;
}

function row(texts: PageRequest["texts"], { id, label, created_at }: LinkedAccount): Html {
  const { unlink, unlink_of } = texts.account;
  const end = { kind: "unlink", path: `/linked-accounts/${id}`, method: "DELETE", look: "quiet" } as const;
  return html`<li><div>${label}<small><time datetime="${created_at}" data-local>${created_at.slice(0, 10)}</time></small></div>
${form(texts, { ...end, submit: unlink, submitLabel: withValues(unlink_of, { provider: label }) })}</li>`;
}

/** Leads to the provider, which asks for consent, and back here. */
function offer(texts: PageRequest["texts"], { name, label }: OfferedProvider): Html {
  const submit = withValues(texts.account.link, { provider: label });
  return form(texts, { kind: "link", path: "/auth/link-social", submit, look: "quiet", values: { provider: name } });
}

export const LINKED_ACCOUNTS_SCRIPT = `
before.link = () => ({ callback_url: location.pathname, error_callback_url: location.pathname });
after.link = ({ url }) => location.assign(url);
after.unlink = (answer, form) => {
  form.closest("li").remove();
  say(page.unlinked);
  $("#linked h2").focus();
};
`;
