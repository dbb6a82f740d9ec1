import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import { PlinthError } from "@plinth/core";
import { passedRefusal } from "../auth-errors.ts";
import type { OAuthFlow } from "../oauth/flow.ts";
import { looksLikeJwt, readJwt } from "../tokens/read-jwt.ts";
import { PASSKEY_SIGN_IN_PATH } from "./passkey.ts";

/** Names the anonymous user whose session came with the request. Set here alone, never by a client. */
export const ANONYMOUS_HEADER = "x-plinth-anonymous-user";

/**
 * The anonymous user to whom a new account belongs that the request makes: by its session, or by that of the request which
 * started the sign-in by a provider.
 */
export function anonymousCaller(flow: OAuthFlow | undefined): string | undefined {
  return flow?.anonymousUser ?? tryGetCurrentAuthEndpointContext()?.headers?.get(ANONYMOUS_HEADER) ?? undefined;
}

/** An access token names no session, and a second account beside the anonymous user would be a surprise. Whether it is genuine does not matter. */
export function requireNoAnonymousToken(headers: Headers): void {
  const token = /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (token === undefined || !looksLikeJwt(token) || readJwt(token)?.claims.is_anonymous !== true) return;
  throw new PlinthError(
    "STEP_UP_REQUIRED",
    "An access token is not enough for this: send the token or the cookie of the anonymous user's session.",
  );
}

/** For an anonymous user who would become another one: what it owns would be out of reach. */
export function otherAccount(path: string): Error {
  const refusal = new PlinthError("ANONYMOUS_SESSION");
  return path === PASSKEY_SIGN_IN_PATH ? passedRefusal(refusal) : refusal;
}
