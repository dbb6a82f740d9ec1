import { askBounded, fetchBounded, mayAsk, type OutgoingAnswer, type OutgoingLimits } from "./outgoing.ts";
import type { PublicFetch, PublicRequest } from "./ports/public-fetch.ts";

type PublicLimits = OutgoingLimits & { readonly publicFetch: PublicFetch | undefined };

/**
 * Asks an address that somebody has configured, by the port that checks what its name resolves to. Hosts of private networks that
 * may be asked are reached without it; and where there is no port, only the name is checked.
 */
export async function askPublic(
  url: string,
  request: Omit<PublicRequest, "signal">,
  { publicFetch, ...limits }: PublicLimits,
): Promise<OutgoingAnswer> {
  const parsed = URL.parse(url);
  if (!publicFetch || !parsed || mayAsk(parsed, limits.mayBePrivate)) return fetchBounded(url, request, limits);
  return askBounded(url, limits, (signal) => publicFetch(parsed, { ...request, signal }));
}

/** Posts to such an address. */
export function postBounded(
  url: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  limits: PublicLimits,
): Promise<OutgoingAnswer> {
  return askPublic(url, { method: "POST", headers, body }, limits);
}
