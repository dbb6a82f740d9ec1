import type { Grant } from "@plinth/engine";
import { liveInputOf } from "../../http/query/index.ts";
import type { Caller, Listening } from "./listening.ts";
import { listeningTo } from "./live.ts";
import type { Source } from "./socket-frames.ts";
import { listeningAt } from "./streams.ts";

/** All that another process needs to go on where this session is: plain JSON. */
export interface SocketState {
  readonly grant: Grant;
  readonly subscriptions: readonly SubscriptionState[];
}

export type SubscriptionState = Source & Told & { readonly ref: string };

/** The last that a subscription was told, as its client knows it, and as the engine does: see `Resumption`. */
export interface Told {
  readonly after?: string | undefined;
  readonly mark?: string | undefined;
}

/** One of a socket's streams, as far as it has been told. */
export class Subscription {
  place: string | undefined;
  mark: string | undefined;
  ended = false;
  constructor(
    readonly ref: string,
    readonly source: Source,
    told: Told,
  ) {
    this.place = told.after;
    this.mark = told.mark;
  }
}

/** What it takes to remember a source. */
export function charsOf(source: Source): number {
  return JSON.stringify(source).length;
}

/** Throws what a request for it would get. */
export function listeningOf(caller: Caller, source: Source, after: string | undefined): Listening {
  return "live" in source
    ? listeningTo(caller, liveInputOf(source.live), after)
    : listeningAt(caller, source.subscribe, after);
}
