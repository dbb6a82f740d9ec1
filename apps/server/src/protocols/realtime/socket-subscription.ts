import type { Grant } from "@plinth/engine";
import { liveInputOf } from "../../http/query/index.ts";
import { liveSubscription } from "./live.ts";
import type { SubscriptionSource } from "./socket-messages.ts";
import { subscriptionAt } from "./streams.ts";
import type { StreamCaller, Subscription } from "./subscription.ts";

/** All that another process needs to continue this session: plain JSON. */
export interface SocketState {
  readonly grant: Grant;
  readonly subscriptions: readonly SubscriptionState[];
}

export type SubscriptionState = SubscriptionSource & ResumePoint & { readonly ref: string };

/** The last position that was sent, as the client knows it, and as the engine does: see `ResumeState`. */
export interface ResumePoint {
  readonly after?: string | undefined;
  readonly token?: string | undefined;
}

/** One of a socket's streams, and its progress. */
export class SocketSubscription {
  position: string | undefined;
  token: string | undefined;
  ended = false;
  constructor(
    readonly ref: string,
    readonly source: SubscriptionSource,
    from: ResumePoint,
  ) {
    this.position = from.after;
    this.token = from.token;
  }
}

/** The size of a stored source. */
export function charsOf(source: SubscriptionSource): number {
  return JSON.stringify(source).length;
}

/** Throws the errors of a request for it. */
export function subscriptionFrom(
  caller: StreamCaller,
  source: SubscriptionSource,
  after: string | undefined,
): Subscription {
  return "live" in source
    ? liveSubscription(caller, liveInputOf(source.live), after)
    : subscriptionAt(caller, source.subscribe, after);
}
