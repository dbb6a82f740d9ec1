import { normalizeSessionToken, sessionCookieOf } from "@plinth/auth";

/** What a request presents, before any of it is believed. */
export interface Credentials {
  /** From `x-api-key` or `apikey`. */
  headerKey: string | null;
  /** An API key sent as a bearer. */
  bearerKey: string | null;
  /** A session token sent as a bearer; empty when the header names none. */
  bearer: string | null;
  /** A session cookie. Looked at only when nothing was presented on purpose. */
  cookie: string | undefined;
}

const BEARER = /^bearer(?:\s+|$)/i;

export function readCredentials(headers: Headers, cookieName: string): Credentials {
  const headerKey = headers.get("x-api-key") ?? headers.get("apikey");
  const authorization = headers.get("authorization");
  let bearerKey: string | null = null;
  let bearer: string | null = null;
  // Another scheme is some proxy's business.
  if (authorization !== null && BEARER.test(authorization)) {
    const token = authorization.slice(7).trim();
    if (looksLikeKey(token)) bearerKey = token;
    else bearer = normalizeSessionToken(token);
  }
  let cookie: string | undefined;
  if (headerKey === null && bearerKey === null && bearer === null) {
    const cookies = headers.get("cookie");
    if (cookies !== null) cookie = sessionCookieOf(cookies, cookieName);
  }
  return { headerKey, bearerKey, bearer, cookie };
}

const KEY = /^[ps]k_live_[\w-]{43}$/;

/** Only what could be a key is worth a lookup. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}

function looksLikeKey(text: string): boolean {
  return text.startsWith("sk_live_") || text.startsWith("pk_live_");
}

const SIGNED_TOKEN = /^[\w-]{16,128}\.[\w+/=-]{40,128}$/;

/** The shape of `token.signature`; a token without its signature is worth nothing. */
export function isSignedToken(text: string): boolean {
  return SIGNED_TOKEN.test(text);
}
