import { BASE, decoded, type ObjectAddress, pathEncoded } from "./address.ts";

/** How a client may have written a request that proxies have changed on its way. */

interface Seen {
  readonly url: string;
  readonly headers: Headers;
  readonly address: ObjectAddress;
  /** The public address of the server. */
  readonly appUrl: string;
  /** The workspace that the path named, before it was taken off. */
  readonly pathWorkspace: string | undefined;
  /** The host name that named the bucket. Undefined: the path did. */
  readonly bucketHost: string | undefined;
  /** Below which buckets have host names. */
  readonly domain: string | undefined;
}

const MAX_HOSTS = 12;
const MAX_HEADER = 300;

/**
 * Values that the header `host` may have had, the likeliest first. Where the path names the bucket, the operation does not depend on it, so a wrong one can only
 * fail: whoever has no right signature finds none by guessing hosts. Where the host names the bucket, it is that one, with any port; and no host of a bucket counts for a
 * path that names one, as the signature for one object would be one for another.
 */
export function hostsOf({
  url,
  headers,
  appUrl,
  bucketHost,
  domain,
}: Omit<Seen, "address" | "pathWorkspace">): string[] {
  const forwarded = listIn(headers, "x-forwarded-host");
  const named = [headers.get("host"), ...forwarded, listIn(headers, "x-original-host")[0], new URL(appUrl).host];
  const hosts = [...named, new URL(url).host].flatMap((host) => (host ? [host.toLowerCase()] : []));
  const ports = listIn(headers, "x-forwarded-port").filter((port) => /^\d{1,5}$/.test(port));
  const withPorts = hosts.flatMap((host) => {
    const bare = host.replace(/:\d+$/, "");
    return [host, ...ports.map((port) => `${bare}:${port}`), bare];
  });
  const isPossible = (host: string): boolean => {
    const bare = host.replace(/:\d+$/, "").replace(/\.$/, "");
    return bucketHost === undefined ? domain === undefined || !bare.endsWith(`.${domain}`) : bare === bucketHost;
  };
  return [...new Set(withPorts)].filter(isPossible).slice(0, MAX_HOSTS);
}

/**
 * Paths that the client may have signed. Here a wrong one could do harm: if any part of a signed path could be called a prefix, the signature
 * for one object would be one for another. So there are three forms, which cannot be taken for each other: `/s3/…` with the prefix that a
 * proxy has taken off before it, which has no part `s3`; `/s3/…`; and `/…`, where the endpoint has a host of its own, as no bucket is called `s3`.
 */
export function pathsOf({
  headers,
  address,
  pathWorkspace,
  bucketHost,
  domain,
}: Omit<Seen, "url" | "appUrl">): SignedPath[] {
  const { rawPath, bucket } = address;
  if (bucketHost !== undefined) {
    // The bucket was put before the path, in which there is none.
    if (bucketHost !== `${bucket}.${domain}`) return [];
    return pathsAt("", rawPath.slice(rawPath.indexOf("/", 1)) || "/");
  }
  const prefix = prefixIn(headers);
  const bases: Pick<SignedPath, "base" | "prefix">[] = [
    { base: BASE },
    ...(pathWorkspace === undefined ? [] : [{ base: `/t/${pathWorkspace}${BASE}` }]),
    ...(prefix === undefined ? [] : [{ base: prefix + BASE, prefix }]),
    { base: "" },
  ];
  return bases.flatMap(({ base, prefix: before }) => pathsAt(base, base + rawPath || "/", before));
}

/** As clients may have encoded it. */
function pathsAt(base: string, path: string, prefix?: string): SignedPath[] {
  const written = [...new Set([pathEncoded(decoded(path)), path])];
  return written.map((one) => ({ base, path: one, ...(prefix !== undefined && { prefix }) }));
}

export interface SignedPath {
  readonly base: string;
  readonly path: string;
  /** What a proxy says it has taken off. */
  readonly prefix?: string;
}

/** The bucket that the prefix would be if it were a part of the path: where there is one, the prefix does not count. */
export function bucketOfPrefix({ prefix }: SignedPath): string | undefined {
  return prefix?.slice(1).split("/", 1)[0];
}

function prefixIn(headers: Headers): string | undefined {
  const prefix = listIn(headers, "x-forwarded-prefix")[0]?.replace(/\/+$/, "");
  if (!prefix || !/^(?:\/[\w.~-]+)+$/.test(prefix)) return undefined;
  return `${prefix}/`.includes(`${BASE}/`) ? undefined : prefix;
}

function listIn(headers: Headers, name: string): string[] {
  const text = headers.get(name);
  if (text === null || text.length > MAX_HEADER) return [];
  return text.split(",").flatMap((one) => one.trim() || []);
}
