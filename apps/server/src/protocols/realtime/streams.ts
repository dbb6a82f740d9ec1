import { PlinthError } from "@plinth/core";
import type { Route } from "../../http/route.ts";
import { valuesOf } from "../../http/validate.ts";
import { channelStream } from "./channels.ts";
import { itemsStream } from "./items.ts";
import { presenceStream } from "./presence.ts";
import { schemaStream } from "./schema.ts";
import type { Stream } from "./stream.ts";
import type { StreamCaller, Subscription } from "./subscription.ts";

/** All streams that have an address. */
const STREAMS: readonly Stream[] = [itemsStream, schemaStream, presenceStream, channelStream];

/** The streams as answers to requests. */
export const streamRoutes: readonly Route[] = STREAMS.map(({ route }) => route);

/** The stream at an address, such as `/api/realtime/items/orders?filter=…`. Throws the errors of a request for it. */
export function subscriptionAt(caller: StreamCaller, address: string, after: string | undefined): Subscription {
  const url = parseAddress(address);
  for (const { path, open } of url ? STREAMS : []) {
    const name = nameIn(path, url!.pathname);
    if (name !== undefined) return open(caller, name, valuesOf(url!.searchParams), after);
  }
  const message = "subscribe: there is no stream at this address; one is /api/realtime/items/orders.";
  throw new PlinthError("NOT_FOUND", message, { field: "subscribe" });
}

function parseAddress(address: string): URL | undefined {
  // Only a path: another server's streams are not available here.
  return /^\/(?!\/)/.test(address) ? (URL.parse(address, "http://stream") ?? undefined) : undefined;
}

/** The value of the path's parameter; empty where it has none, undefined where the path differs. */
function nameIn(path: string, pathname: string): string | undefined {
  const at = path.indexOf(":");
  if (at < 0) return path === pathname ? "" : undefined;
  const rest = pathname.slice(at);
  if (!pathname.startsWith(path.slice(0, at)) || rest === "" || rest.includes("/")) return undefined;
  try {
    return decodeURIComponent(rest);
  } catch {
    return undefined;
  }
}
