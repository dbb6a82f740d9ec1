import type { JsonObject, LogPosition } from "@plinth/core";
import type { NetPage } from "../net-changes.ts";
import type { SyncChange } from "./events.ts";
import type { ShapeInput } from "./shape.ts";

export interface SyncRequest {
  readonly shapes: ReadonlyMap<string, ShapeInput>;
  /** The `next` of the last answer. Absent: the caller has nothing. */
  readonly after?: string | undefined;
  /** The most rows of snapshots, and of changes that are read; a write is never cut. */
  readonly limit?: number | undefined;
}

export interface SyncAnswer {
  readonly changes: readonly SyncChange[];
  readonly snapshots?: { readonly [shape: string]: SyncSnapshot };
  /** Shapes that the caller may not read, or no longer. */
  readonly errors?: { readonly [shape: string]: ShapeError };
  readonly next: string;
  /** The caller asks again at once. */
  readonly more: boolean;
  /** A very large write goes on in the next answer. */
  readonly partial?: true;
}

export interface SyncSnapshot {
  /** What the caller has of this shape may be out of date: it is complete again with `complete`. */
  readonly begin?: SnapshotReason;
  readonly rows: readonly JsonObject[];
  readonly complete: boolean;
}

/** `new`: for these rights. `gone`: the log is shorter. `many`: too much has changed at once. */
export type SnapshotReason = "new" | "gone" | "many";

export interface ShapeError {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly details?: JsonObject;
}

/** How answers are made that are sent one after the other. */
export interface FollowOptions {
  /** An answer is no longer, unless a single row or write is. */
  readonly maxBytes: number;
  /** Whether its reader has left: what was read until then is the answer. */
  ended(): boolean;
  /** What committed after a position, as far as it is known without a read. Undefined: read the log. */
  recent(position: LogPosition, collectionIds: ReadonlySet<string>): NetPage | undefined;
}
