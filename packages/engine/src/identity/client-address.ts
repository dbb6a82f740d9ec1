import type { Config } from "@plinth/core";
import type { IncomingRequest } from "./setup.ts";

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
