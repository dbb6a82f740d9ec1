import type { Config } from "@plinth/core";
import type { IncomingRequest } from "./incoming-request.ts";

/**
 * The address by which a client's attempts are counted. Behind proxies the peer is the nearest proxy, so their entries
 * are trusted: each proxy adds the address of its client, and `TRUST_PROXY` entries, from the right, are theirs. The
 * client may have forged the entries to their left.
 */
export function clientAddress(
  { trustProxy }: Pick<Config, "trustProxy">,
  { headers, remoteAddress }: Pick<IncomingRequest, "headers" | "remoteAddress">,
): string | undefined {
  const forwarded = trustProxy > 0 ? headers.get("x-forwarded-for") : null;
  if (forwarded === null) return remoteAddress;
  const entries = forwarded.split(",").slice(-trustProxy);
  return addressIn(entries[0]!.trim()) ?? remoteAddress;
}

const IPV4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?$/;
const IPV6 = /^(?:\[([\da-f:.]+)\](?::\d+)?|([\da-f]*:[\da-f]*:[\da-f:.]*))$/i;

/** Some proxies add the port. */
function addressIn(entry: string): string | undefined {
  const v6 = IPV6.exec(entry);
  return IPV4.exec(entry)?.[1] ?? v6?.[1] ?? v6?.[2];
}

/** An IPv4 address within an IPv6 address. */
const MAPPED = /^(?:0{0,4}:){2,6}ffff:(?:([\d.]+)|([\da-f]{1,4}):([\da-f]{1,4}))$/i;

/** The network that identifies a caller without credentials. One client has a whole IPv6 /64, so it counts as one. */
export function clientNetwork(...client: Parameters<typeof clientAddress>): string | undefined {
  const address = clientAddress(...client);
  return address === undefined ? undefined : networkOf(address);
}

/** The same for an address that is known. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = MAPPED.exec(address);
  if (mapped) {
    const [, dotted, ...groups] = mapped;
    return dotted ?? groups.flatMap((group) => bytesOf(Number.parseInt(group!, 16))).join(".");
  }
  const [head = [], tail] = address.split("::").map((part) => part.split(":").filter(Boolean));
  const missing = tail ? Math.max(0, 8 - head.length - tail.length) : 0;
  const groups = [...head, ...Array<string>(missing).fill("0"), ...(tail ?? [])].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

function bytesOf(group: number): number[] {
  return [group >> 8, group & 0xff];
}
