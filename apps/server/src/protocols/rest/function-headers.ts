import { invalid } from "@plinth/core";

/**
 * Headers that a function may set, beside its own `x-…`. Cookies and what decides about other origins are the server's: a function must not sign anybody
 * in, or open an answer to foreign pages.
 */
const NAMED: ReadonlySet<string> = new Set([
  "content-type",
  "content-language",
  "content-disposition",
  "cache-control",
  "etag",
  "last-modified",
  "location",
  "link",
  "retry-after",
]);
const OWN = /^x-[\w.-]+$/;
/** They begin as a function's own do, and are the server's or mean something to browsers. */
const OF_SERVER =
  /^x-(?:plinth-|request-id|content-type-options|frame-options|xss-protection|permitted-cross-domain|dns-prefetch|ua-compatible)/;
/** Orders to a proxy or host in front of the server: nginx, for example, answers `x-accel-redirect` with a file that only itself may read. */
const OF_PROXIES =
  /^x-(?:accel|send-?file|lighttpd|litespeed|reproxy|envoy|forwarded|real-ip|original|rewrite|middleware|varnish|kong|vercel|now-|nf-|cf-|amz|goog|appengine|azure|ms-|fastly)/;
/** RFC 9110, 5.5. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Of the headers of a function's answer those that are sent, by their names in lower case. */
export function answerHeaders(headers: readonly (readonly [name: string, value: string])[]): Record<string, string> {
  const sent = headers.map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => isSent(name));
  for (const [name, value] of sent)
    if (!VALUE.test(value)) throw invalid(`headers.${name}`, "has characters that a header cannot have");
  return Object.fromEntries(sent);
}

function isSent(name: string): boolean {
  return NAMED.has(name) || (OWN.test(name) && !OF_SERVER.test(name) && !OF_PROXIES.test(name));
}
