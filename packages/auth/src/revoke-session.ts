import { invalid } from "@plinth/core";
import { normalizeSessionToken } from "./session-cookie.ts";
import type { BetterAuth } from "./set-up.ts";

export const REVOKE_PATH = "/revoke-session";

/**
 * The request with the token as it is stored. better-auth knows only that form, while callers have the signed one, and
 * it reports success for a token that ends nothing. So only the caller's own sessions are passed on.
 */
export async function withStoredToken(auth: BetterAuth, cookieName: string, request: Request): Promise<Request> {
  const { headers, url } = request;
  const caller = await auth.api.getSession({ headers, query: { disableRefresh: true } });
  // better-auth refuses it, with the same message as elsewhere.
  if (!caller) return request;
  const { token } = (await request.json()) as { token: string };
  const found = await sessionOf(auth, cookieName, normalizeSessionToken(token));
  if (found?.userId !== caller.user.id) throw invalid("token", "no such session belongs to you", "NOT_FOUND");
  return new Request(url, { method: "POST", headers, body: JSON.stringify({ token: found.token }) });
}

async function sessionOf(auth: BetterAuth, cookieName: string, token: string) {
  if (token.includes(".")) {
    const headers = new Headers({ cookie: `${cookieName}=${encodeURIComponent(token)}` });
    return (await auth.api.getSession({ headers, query: { disableRefresh: true } }))?.session;
  }
  return (await (await auth.$context).internalAdapter.findSession(token))?.session;
}
