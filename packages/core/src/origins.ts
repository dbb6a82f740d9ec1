import type { Config } from "./config.ts";

/** Whether browsers reach the server over https. */
export function isSecure({ appUrl }: Pick<Config, "appUrl">): boolean {
  return appUrl.startsWith("https:");
}

type HostSettings = Pick<Config, "appUrl" | "corsOrigins" | "allowedHosts">;

/**
 * Origins whose pages may act with the browser's cookie: the public address, the allow-list, and the address that the
 * page was loaded from, if its host is this server's. Any name can resolve to this machine, so a request cannot vouch
 * for its own host: that is DNS rebinding.
 */
export function trustedOrigins({ appUrl, corsOrigins, allowedHosts }: HostSettings, requestUrl: string): string[] {
  const origins = [new URL(appUrl).origin, ...corsOrigins.filter((origin) => origin !== "*")];
  const { origin, hostname } = new URL(requestUrl);
  if (isOwnHost(hostname, appUrl, allowedHosts)) origins.push(origin);
  return origins;
}

function isOwnHost(hostname: string, appUrl: string, allowedHosts: readonly string[]): boolean {
  return (
    hostname === new URL(appUrl).hostname ||
    isLoopbackName(hostname) ||
    // An address is not looked up, so nobody else can point it here.
    isAddress(hostname) ||
    allowedHosts.includes("*") ||
    allowedHosts.includes(hostname)
  );
}

/** Names that always mean this machine (RFC 6761, 6.3). */
function isLoopbackName(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost");
}

/** A host name as `URL` writes it. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(hostname);
}

/** A host name or an address of this machine itself, in a URL or as a peer's address. */
export function isLoopback(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/^::ffff:/, "");
  return name === "localhost" || name === "::1" || /^127(?:\.\d{1,3}){3}$/.test(name);
}
