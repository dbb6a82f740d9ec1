import type { JsonObject } from "@plinth/core";
import type { Follower } from "./follower.ts";

export type Fresh = { rows: JsonObject[] } | { refused: string };

/** A follower, and what was known of them before the step that is looked at. */
export interface Watched {
  readonly follower: Follower;
  fresh: Fresh | undefined;
  gone: boolean;
  connections: number;
  cuts: number;
  /** Why it was ended before the step that is looked at. */
  ended: string | undefined;
}

export function watch(follower: Follower): Watched {
  return { follower, fresh: undefined, gone: false, connections: 0, cuts: 0, ended: undefined };
}

/** The step is done. */
export function settle(watched: Watched): void {
  const { follower } = watched;
  follower.received = [];
  watched.ended = follower.ended;
  watched.connections = follower.wire.connections;
  watched.cuts = follower.wire.cuts;
}
