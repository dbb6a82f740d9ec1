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

/** The address of the server under another host name: the scheme and the port are those of its public address. */
export function originAt(appUrl: string, hostname: string): string {
  const url = new URL(appUrl);
  url.hostname = hostname;
  return url.origin;
}

/** A host name that the settings give to the server itself, so that it can mean no workspace. */
export function isServerHost(hostname: string, { appUrl, allowedHosts }: Pick<Config, "appUrl" | "allowedHosts">) {
  return (
    hostname === new URL(appUrl).hostname ||
    hostname === "localhost" ||
    isAddress(hostname) ||
    allowedHosts.includes(hostname)
  );
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

/** Whether browsers send a name as it is written here: in lower case and ASCII, without a port, and no address. */
export function isHostName(name: string): boolean {
  if (name.length > 253 || isAddress(name)) return false;
  const labels = name.split(".");
  if (!labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label))) return false;
  return URL.parse(`http://${name}/`)?.hostname === name;
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
