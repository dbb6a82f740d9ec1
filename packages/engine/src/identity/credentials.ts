import { normalizeSessionToken } from "@plinth/auth";
import { looksLikeKey } from "./key-format.ts";

/** The credentials in a request, before they are verified. */
export interface Credentials {
  /** From `x-api-key` or `apikey`. */
  readonly headerKey: string | null;
  /** An API key sent as a bearer. */
  readonly bearerKey: string | null;
  /** A session token sent as a bearer. Empty: the header contains none. */
  readonly bearer: string | null;
  /** The cookies. Null where the request has an explicit credential, or none. */
  readonly cookies: string | null;
  /** The slug or id of the request's workspace, from `x-plinth-workspace`. */
  readonly workspace: string | null;
}

export const NO_CREDENTIALS: Credentials = {
  headerKey: null,
  bearerKey: null,
  bearer: null,
  cookies: null,
  workspace: null,
};

const BEARER = /^bearer(?:\s+|$)/i;

/** For Plinth's own protocols. Another protocol reads its own credentials. */
export function readCredentials(headers: Headers): Credentials {
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
  const explicit = headerKey !== null || bearerKey !== null || bearer !== null;
  const cookies = explicit ? null : headers.get("cookie");
  return { headerKey, bearerKey, bearer, cookies, workspace: headers.get("x-plinth-workspace") };
}

/** 32 bytes in base64. The two unused bits of the last character are zero, so that a token has one spelling. */
const SIGNED_TOKEN = /^[\w-]{16,128}\.[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/** The format `token.signature`. A token without its signature is invalid. */
export function isSignedToken(text: string): boolean {
  return SIGNED_TOKEN.test(text);
}
