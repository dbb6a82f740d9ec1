import { type Html, html } from "../frame/html.ts";
import type { PageRequest } from "./hosted-page.ts";

/** What a user agrees to, and has read, with links to it, as far as the workspace has it. */
export function agreementTo({ texts, settings }: PageRequest): Html | undefined {
  const { url } = settings.terms;
  const { privacy_url } = settings.pages;
  const { agree_to, terms, have_read, and_have_read, privacy } = texts.sign_up;
  const link = (target: string, text: string) => html`<a href="${target}" target="_blank" rel="noopener">${text}</a>`;
  if (!url) return privacy_url ? html`${have_read} ${link(privacy_url, privacy)}` : undefined;
  return html`${agree_to} ${link(url, terms)}${privacy_url && html` ${and_have_read} ${link(privacy_url, privacy)}`}`;
}
