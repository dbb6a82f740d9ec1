import { lookup } from "@plinth/core";
import { type Html, html } from "../frame/html.ts";
import type { PageRequest } from "./hosted-page.ts";

/** What went wrong elsewhere: a provider, or the link of a mail, leads here with `error`. */
export function failureNote({ parameters, texts }: Pick<PageRequest, "parameters" | "texts">): Html | undefined {
  const code = parameters.get("error");
  if (code === null) return undefined;
  const text = lookup(texts.failures, code) ?? lookup(texts.errors, code.toUpperCase()) ?? texts.failures.other;
  return html`<p class="wrong note" role="alert">${text}</p>`;
}
