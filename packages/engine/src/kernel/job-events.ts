import type { Json, SqlQuery } from "@plinth/core";
import type { Engine, RequestContext } from "./engine.ts";
import { plainText } from "./plain-text.ts";
import * as z from "./zod.ts";

export const eventName = plainText(1, 100).refine(
  (name) => !name.startsWith("$"),
  "names that begin with $ are the server's own",
);

const LONGEST_KEY = 200;
export const eventKeyText = plainText(1, LONGEST_KEY);
export const eventKey = eventKeyText.nullable().default(null);

/** Seconds. */
export const LONGEST_EVENT_WAIT = 366 * 86_400;
export const eventTimeout = z.int().min(1).max(LONGEST_EVENT_WAIT);

/** Something that has happened, for the steps of jobs that wait for it. */
export interface NewJobEvent {
  readonly name: string;
  /** Empty: it has none. */
  readonly key: string;
  readonly payload: Json;
}

export interface StoringEvent {
  /** Stores the event, in the batch of what has happened. */
  readonly query: SqlQuery;
  /** Wakes the jobs that wait for it, after the batch. If this is cut short, a schedule does it within seconds. */
  deliver(): Promise<void>;
}

/** Stores events of the server's own. Their names begin with `$`, which no caller's do. */
export interface JobEvents {
  post(ctx: RequestContext, event: NewJobEvent): StoringEvent;
}

/** Undefined: this server runs no jobs. */
export function jobEventsOf({ features }: Engine): JobEvents | undefined {
  return features.find(({ jobEvents }) => jobEvents)?.jobEvents;
}
