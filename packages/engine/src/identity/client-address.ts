import type { Config } from "@plinth/core";
import type { IncomingRequest } from "./setup.ts";

/**
 * The address that a client's attempts are counted by. Behind proxies the peer is the nearest of them, so what they
 * wrote is believed: each adds the address that it was asked from, and `TRUST_PROXY` of these entries, from the right,
 * are theirs. What stands left of them the client may have made up.
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
