import { type Config, DEFAULT_WORKSPACE_ID, isSecure, OPERATORS_POOL_ID } from "@plinth/core";

/**
 * Over https, `__Host-`: browsers accept such a cookie only from this very host, so no neighbouring subdomain can set one
 * (RFC 6265bis, 4.1.3.2). Such a cookie has no path of its own, so its name says of which pool it is: somebody may be
 * signed in to several workspaces.
 */
export function cookiePrefix(config: Pick<Config, "appUrl">, pool: string): string {
  const name = NAMES.get(pool) ?? `plinth-${pool.slice(-12)}`;
  return isSecure(config) ? `__Host-${name}` : name;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  [DEFAULT_WORKSPACE_ID, "plinth"],
  [OPERATORS_POOL_ID, "plinth-operator"],
]);

export function sessionCookieName(config: Pick<Config, "appUrl">, pool: string): string {
  return `${cookiePrefix(config, pool)}.session_token`;
}

/** The signed session token in a `cookie` header. */
export function sessionCookieOf(header: string, name: string): string | undefined {
  let at = header.indexOf(`${name}=`);
  // Another cookie's name may end in this one, or its value may contain it.
  while (at > 0 && header.charAt(at - 1) !== " " && header.charAt(at - 1) !== ";") {
    at = header.indexOf(`${name}=`, at + 1);
  }
  if (at < 0) return undefined;
  const start = at + name.length + 1;
  const end = header.indexOf(";", start);
  return normalizeSessionToken(header.slice(start, end < 0 ? undefined : end).trim());
}

/** `token.signature`; in cookies and some clients' headers the signature's `+/=` are percent-encoded. */
export function normalizeSessionToken(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
