import { type Config, isServerHost, PlinthError } from "@plinth/core";

/**
 * The host name by which a request came, if it is not one of the server's own, so that it may mean a workspace. Servers
 * build the URL from the client's `Host` header, which may be anything: throws where it cannot be a host name.
 */
export function requestedHostBy(config: Config): (request: Request) => string | undefined {
  const { trustProxy } = config;
  // Nearly all requests name the same host; a path cannot make a URL invalid.
  let known = "";
  let knownHost: string | undefined;
  const hostIn = (url: string): string | undefined => {
    if (known !== "" && url.startsWith(known)) return knownHost;
    if (!URL.canParse(url)) throw notAHost("host");
    knownHost = foreign(config, new URL(url).hostname);
    known = url.slice(0, url.indexOf("/", url.indexOf("://") + 3) + 1);
    return knownHost;
  };
  return ({ url, headers }) => {
    const own = hostIn(url);
    const forwarded = forwardedHost(headers, trustProxy);
    if (forwarded === undefined) return own;
    const named = URL.parse(`http://${forwarded}/`);
    if (!named) throw notAHost("x-forwarded-host");
    return foreign(config, named.hostname);
  };
}

/** As the outermost of the trusted proxies has it; the text is not checked. */
export function forwardedHost(headers: Headers, trustProxy: number): string | undefined {
  const forwarded = trustProxy > 0 ? headers.get("x-forwarded-host") : null;
  return forwarded === null ? undefined : forwarded.split(",").slice(-trustProxy)[0]!.trim();
}

function foreign(config: Config, hostname: string): string | undefined {
  const name = hostname.replace(/\.$/, "");
  // The first request may have come by any name, also by that of a workspace.
  return !config.appUrlIsGuessed && isServerHost(name, config) ? undefined : name;
}

export function notAHost(field: string): PlinthError {
  return new PlinthError("BAD_REQUEST", `${field}: expected a host name or an IP address.`, { field });
}
