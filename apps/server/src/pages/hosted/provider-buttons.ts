import { offeredProviders } from "@plinth/engine";
import { type Html, html } from "../frame/html.ts";
import { withValues } from "../messages/index.ts";
import type { PageRequest } from "./hosted-page.ts";

/** The providers of the workspace, to continue with in place of a form; `back` is where a failure is shown. */
export async function providerButtons(
  { ctx, principal, texts, base, next }: PageRequest,
  back: string,
): Promise<Html | undefined> {
  const providers = await offeredProviders(ctx.driver, principal.workspaceId);
  if (providers.length === 0) return undefined;
  const links = providers.map(({ name, label }) => {
    const query = new URLSearchParams({ provider: name, redirect_to: next, error_redirect_to: back });
    const text = withValues(texts.sign_in.continue_with, { provider: label });
    return html`<a class="button plain" data-provider href="/api${base}/auth/sign-in/social?${String(query)}">${text}</a>`;
  });
  return html`<p class="or">${texts.sign_in.or}</p><div class="providers">${links}</div>`;
}
