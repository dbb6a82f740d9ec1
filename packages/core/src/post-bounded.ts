import { askBounded, fetchBounded, mayAsk, type OutgoingAnswer, type OutgoingLimits } from "./outgoing.ts";
import type { PublicFetch } from "./ports/public-fetch.ts";

/**
 * Posts to an address that somebody has configured, by the port that checks what its name resolves to. Hosts of private networks that
 * may be asked are reached without it; and where there is no port, only the name is checked.
 */
export async function postBounded(
  url: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  { publicFetch, ...limits }: OutgoingLimits & { readonly publicFetch: PublicFetch | undefined },
): Promise<OutgoingAnswer> {
  const request = { method: "POST", headers, body };
  const parsed = URL.parse(url);
  if (!publicFetch || !parsed || mayAsk(parsed, limits.mayBePrivate)) return fetchBounded(url, request, limits);
  return askBounded(url, limits, (signal) => publicFetch(parsed, { ...request, signal }));
}
