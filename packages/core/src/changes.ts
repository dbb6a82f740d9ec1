import type { JsonObject } from "./schema.ts";

/**
 * The change log: every committed insert, update and delete of an item, in commit order, written in the same atomic unit
 * as the change. A position is an opaque text; positions of one database are ordered by `comparePositions`.
 */
export type LogPosition = string;

/** Who makes a batch of writes, as the log will tell. */
export interface Origin {
  /** `user:<id>`, `key:<id>`, or null for strangers. */
  readonly actor: string | null;
  readonly requestId: string | null;
}

export type ChangeOperation = "insert" | "update" | "delete";

export interface Change {
  readonly place: LogPosition;
  readonly workspaceId: string;
  /** The collection's id, which outlives its slug. */
  readonly collectionId: string;
  readonly item: string;
  readonly operation: ChangeOperation;
  /** The row in wire form as it was and as it is; null for an insert's before and a delete's after. */
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  /** `user:<id>`, `key:<id>`, or null for writes made around Plinth. */
  readonly actor: string | null;
  readonly requestId: string | null;
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
}

export interface ChangePage {
  readonly changes: readonly Change[];
  /** Where to go on: the last change's position, or the head that was seen when there was none. */
  readonly next: LogPosition;
  /** More is there already. */
  readonly more: boolean;
}

/** Reads the log of one database. Readers never skip: what commits later is always after what was given. */
export interface ChangeReader {
  /** The newest position that a reader could be given now. */
  head(workspaceId: string): Promise<LogPosition>;
  /** Throws `GONE` (410) when `after` is older than what is kept. */
  read(
    workspaceId: string,
    after: LogPosition,
    options: { limit: number; collectionIds?: readonly string[] },
  ): Promise<ChangePage>;
}

/** What the whole database's log says: for whoever looks after all workspaces at once. */
export interface ChangeLog extends ChangeReader {
  /** Workspaces that changed after a position, and where to look on from. */
  touched(after: LogPosition): Promise<{ workspaceIds: string[]; next: LogPosition }>;
  /** The oldest position that can be read from. */
  start(): Promise<LogPosition>;
  /** Takes the oldest changes away, a bounded number of them. Answers how many went, and whether more are due. */
  trim(keep: Retention): Promise<{ trimmed: number; more: boolean }>;
}

export interface Retention {
  /** Changes made before this instant may go; milliseconds since the epoch. */
  readonly before: number;
  /** Changes beyond so many may go. */
  readonly rows: number;
  /** Most changes that one pass takes away. */
  readonly pass: number;
}
