import { type OfferedProvider, offeredProviders } from "@plinth/engine";
import { type Html, html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import type { PageRequest } from "./hosted-page.ts";

/**
 * What one can continue with in place of the form before it: `first`, if the page has it, and the workspace's providers.
 * `back` is where a failure is shown.
 */
export async function otherMethods(request: PageRequest, back: string, first?: Html): Promise<Html | undefined> {
  const { ctx, texts, pool } = request;
  const providers = await offeredProviders(ctx.engine, ctx.driver, pool);
  if (!first && providers.length === 0) return undefined;
  const links = providers.map((provider) => linkTo(request, provider, back));
  return html`<p class="or">${texts.sign_in.or}</p><div class="providers">${first}${links}</div>`;
}

/** Leads to the provider, and from there to `entrance`, or `back` where it fails. */
export function linkTo(
  { texts, base, entrance }: Pick<PageRequest, "texts" | "base" | "entrance">,
  { name, label }: OfferedProvider,
  back: string,
): Html {
  const query = new URLSearchParams({ provider: name, callback_url: entrance, error_callback_url: back });
  const text = withValues(texts.sign_in.continue_with, { provider: label });
  return html`<a class="button plain" data-provider href="/api${base}/auth/sign-in/social?${String(query)}">${text}</a>`;
}
