import { normalizeSessionToken, sessionCookieOf } from "@plinth/auth";
import type { Engine } from "../kernel/engine.ts";
import { looksLikeKey } from "./key-format.ts";
import { identityState } from "./state.ts";

/** The credentials in a request, before they are verified. */
export interface Credentials {
  /** From `x-api-key` or `apikey`. */
  readonly headerKey: string | null;
  /** An API key sent as a bearer. */
  readonly bearerKey: string | null;
  /** A session token sent as a bearer. Empty: the header contains none. */
  readonly bearer: string | null;
  /** A session cookie. Used only if the request has no explicit credential. */
  readonly cookie: string | undefined;
  /** The slug of the request's workspace, from `x-plinth-workspace`. */
  readonly workspace: string | null;
}

export const NO_CREDENTIALS: Credentials = {
  headerKey: null,
  bearerKey: null,
  bearer: null,
  cookie: undefined,
  workspace: null,
};

const BEARER = /^bearer(?:\s+|$)/i;

/** For Plinth's own protocols. Another protocol reads its own credentials. */
export function readCredentials(headers: Headers, engine: Engine): Credentials {
  const headerKey = headers.get("x-api-key") ?? headers.get("apikey");
  const authorization = headers.get("authorization");
  let bearerKey: string | null = null;
  let bearer: string | null = null;
  // Another scheme may belong to a proxy.
  if (authorization !== null && BEARER.test(authorization)) {
    const token = authorization.slice(7).trim();
    if (looksLikeKey(token)) bearerKey = token;
    else bearer = normalizeSessionToken(token);
  }
  let cookie: string | undefined;
  if (headerKey === null && bearerKey === null && bearer === null) {
    const cookies = headers.get("cookie");
    if (cookies !== null) cookie = sessionCookieOf(cookies, identityState(engine).cookieName);
  }
  return { headerKey, bearerKey, bearer, cookie, workspace: headers.get("x-plinth-workspace") };
}

const SIGNED_TOKEN = /^[\w-]{16,128}\.[\w+/=-]{40,128}$/;

/** The format `token.signature`. A token without its signature is invalid. */
export function isSignedToken(text: string): boolean {
  return SIGNED_TOKEN.test(text);
}
