import type { Config } from "@plinth/core";
import type { Protocol } from "./protocol.ts";
import { forwardedHost } from "./requested-host.ts";

/** A request by a host name at or below a domain that is one protocol's alone. */
export interface DomainRequest {
  /** As if its path said what the host name says: `photos.s3.example.com/a` is `/s3/photos/a`. */
  readonly request: Request;
  /** The host name, where it is below the domain. */
  readonly host: string | undefined;
  /** The host name cannot be one: nothing is to answer. */
  readonly isInvalid?: true;
}

const ORIGIN = /^[a-z]+:\/\/[^/?#]*/i;

/** Finds these requests; undefined for all others. */
export function domainRequestBy(
  protocols: readonly Protocol[],
  config: Config,
): (request: Request) => DomainRequest | undefined {
  const domains = protocols.flatMap(({ domain, bases }) => {
    const name = domain?.(config);
    return name === undefined ? [] : [{ name, below: `.${name}`, base: bases[0]! }];
  });
  if (domains.length === 0) return () => undefined;
  return (request) => {
    const host = hostNameOf(request, config);
    const found = domains.find(({ name, below }) => host === name || host?.endsWith(below));
    if (host === undefined || !found) return undefined;
    const { base, below } = found;
    const [origin = ""] = ORIGIN.exec(request.url) ?? [];
    const target = request.url.slice(origin.length);
    if (!host.endsWith(below)) {
      // A proxy may have put the base before the path.
      const isThere = target.startsWith(`${base}/`) || target.split(/[?#]/, 1)[0] === base;
      return { request: isThere ? request : new Request(`${origin}${base}${target}`, request), host: undefined };
    }
    const name = host.slice(0, -below.length);
    // In a path, `..` would lead out of the base, and `.` to another bucket.
    if (name.split(".").includes("")) return { request, host, isInvalid: true };
    const label = encodeURIComponent(name);
    return { request: new Request(`${origin}${base}/${label}${target}`, request), host };
  };
}

/** Without its port. Undefined: it is none. */
function hostNameOf({ url, headers }: Request, { trustProxy }: Config): string | undefined {
  const forwarded = forwardedHost(headers, trustProxy);
  const address = forwarded === undefined ? URL.parse(url) : URL.parse(`http://${forwarded}/`);
  return address?.hostname.replace(/\.$/, "");
}
