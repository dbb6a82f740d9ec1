/** Where the admin finds its API, if that is another origin: see docs/admin.md. */
const API = /<meta\s+name="plinth-api"\s+content="([^"]*)"/i;

/** The origin of the API that a built page names. */
export function apiOriginIn(page: string): string | undefined {
  const named = API.exec(page)?.[1]?.trim();
  return named ? URL.parse(named)?.origin : undefined;
}

/**
 * What the admin's page may load and call: nothing but its own files and its API. Its parts set styles of elements, as
 * their positions; scripts come from files alone.
 */
export function adminPolicy(api: string | undefined): string {
  const called = api === undefined || api === "null" ? [] : [api, api.replace(/^http/, "ws")];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    ["connect-src 'self'", ...called].join(" "),
    "img-src 'self' data: blob:",
    // The preview of a PDF.
    "frame-src blob:",
    "font-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
