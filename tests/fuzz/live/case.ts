import type { Json, JsonObject } from "@plinth/core";
import type { Caller, Operation } from "../case.ts";

/** A live case: what makes the world, then subscriptions, and what happens while they are open. */
export interface LiveCase {
  readonly seed: number;
  /** Changes that one look at the log gives, so that small cases too are more than one page. */
  readonly page: number;
  /** Rows that windows keep beyond their end: few, so that they run out of them. */
  readonly spare?: number;
  readonly operations: readonly LiveOperation[];
}

export type LiveOperation =
  | Operation
  /** A live query; its place among the subscriptions is its name. */
  | { do: "follow"; as: Caller; query: JsonObject }
  /** A collection's items. */
  | { do: "watch"; as: Caller; collection: string; filter?: JsonObject }
  /** The connection breaks, and is made anew. */
  | { do: "leave"; who: number }
  | { do: "return"; who: number }
  /** The next message finds the reader too slow. */
  | { do: "lag"; who: number }
  /** The key or session that it came with ends. */
  | { do: "revoke"; who: number }
  | { do: "roles"; user: "alice" | "bob"; roles: string[] }
  /** The rule at this place is replaced, or taken away where there is no other. */
  | { do: "change rule"; at: number; rule?: JsonObject }
  /** SQL beside Plinth: a field of one item, of all items (no id), or the item itself. */
  | { do: "raw"; collection: string; id?: string; set?: [field: string, value: Json]; remove?: boolean }
  /** What was there is no longer kept. */
  | { do: "trim" }
  /** The next operations begin together, each by a writer of its own. */
  | { do: "at once"; writers: number };

/** Operations that can change one item many times, so that a subscriber may receive states in between. */
export const MANY: ReadonlySet<string> = new Set(["batch", "upsert", "patch all", "delete all", "at once", "raw"]);
