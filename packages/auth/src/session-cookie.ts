import type { Config } from "@plinth/core";

export const COOKIE_PREFIX = "plinth";

/** Browsers accept a `__Secure-` cookie only over https, so the public address decides the name. */
export function sessionCookieName(config: Pick<Config, "appUrl">): string {
  return `${config.appUrl.startsWith("https:") ? "__Secure-" : ""}${COOKIE_PREFIX}.session_token`;
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
