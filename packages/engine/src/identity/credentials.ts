import { normalizeSessionToken, sessionCookieOf } from "@plinth/auth";
import type { Engine } from "../kernel/engine.ts";
import { identityState } from "./state.ts";

/** What a request presents, before any of it is believed. */
export interface Credentials {
  /** From `x-api-key` or `apikey`. */
  readonly headerKey: string | null;
  /** An API key sent as a bearer. */
  readonly bearerKey: string | null;
  /** A session token sent as a bearer; empty when the header names none. */
  readonly bearer: string | null;
  /** A session cookie. Looked at only when nothing was presented on purpose. */
  readonly cookie: string | undefined;
  /** The slug of the workspace that it names, from `x-plinth-workspace`. */
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

/** As Plinth's own protocols present them; another protocol reads its own. */
export function readCredentials(headers: Headers, engine: Engine): Credentials {
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
    if (cookies !== null) cookie = sessionCookieOf(cookies, identityState(engine).cookieName);
  }
  return { headerKey, bearerKey, bearer, cookie, workspace: headers.get("x-plinth-workspace") };
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
