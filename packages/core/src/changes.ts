import type { JsonObject } from "./json.ts";

/**
 * The change log: every committed insert, update and delete of an item, in commit order, written atomically with the
 * change. A position is an opaque text; positions of one database are ordered by `comparePositions`.
 */
export type LogPosition = string;

/** The author of a batch of writes, as the log records it. */
export interface Origin {
  /** `user:<id>`, `key:<id>`, `user:<id> by operator:<id>` for an operator who acts as the user, or null for anonymous callers. */
  readonly actor: string | null;
  readonly requestId: string | null;
}

export type ChangeOperation = "insert" | "update" | "delete";

export interface Change {
  readonly position: LogPosition;
  readonly workspaceId: string;
  /** The collection's id, which outlives its slug. */
  readonly collectionId: string;
  readonly item: string;
  readonly operation: ChangeOperation;
  /** The row in wire form before and after; `before` is null for an insert, `after` for a delete. */
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  /** `user:<id>`, `key:<id>`, or null for writes made outside Plinth. */
  readonly actor: string | null;
  readonly requestId: string | null;
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
}

export interface ChangePage {
  readonly changes: readonly Change[];
  /** Where to continue: the last change's position, or the log's head if there was none. */
  readonly next: LogPosition;
  /** There are more changes already. */
  readonly more: boolean;
}

/** Reads the log of one database. Readers never skip: what commits later always comes after what was read. */
export interface ChangeReader {
  /** The newest position that a reader could receive now. */
  head(workspaceId: string): Promise<LogPosition>;
  /** Throws `GONE` (410) when `after` is older than the retained log. */
  read(
    workspaceId: string,
    after: LogPosition,
    options: { limit: number; collectionIds?: readonly string[] },
  ): Promise<ChangePage>;
}

/** A change without its images. */
export type ChangeHead = Pick<Change, "position" | "collectionId" | "item" | "operation" | "actor">;

/** What one request has changed. */
export interface LoggedRequest {
  readonly requestId: string;
  readonly actor: string | null;
  /** Milliseconds since the epoch, of the first and the last change. */
  readonly from: number;
  readonly to: number;
  /** By collection, as far as the log has them. */
  readonly counts: readonly {
    readonly collectionId: string;
    readonly operation: ChangeOperation;
    readonly count: number;
  }[];
}

/** Changes for which all of it holds. */
export interface ChangeFilter {
  readonly collectionId?: string | undefined;
  /** Of the collection. */
  readonly item?: string | undefined;
  readonly operation?: ChangeOperation | undefined;
  readonly requestId?: string | undefined;
  readonly actor?: ActorFilter | undefined;
  /** Milliseconds since the epoch, this one included. */
  readonly since?: number | undefined;
  /** Milliseconds since the epoch, this one excluded. */
  readonly until?: number | undefined;
}

/** Actors as the log names them: those that fit `any` of it, and are not among `except`. Null: no actor is known. */
export type ActorFilter = {
  readonly any: { readonly among?: readonly string[]; readonly startsWith?: string; readonly contains?: string };
  readonly except?: readonly string[];
} | null;

export interface LoggedItem {
  readonly workspaceId: string;
  readonly collectionId: string;
  readonly item: string;
}

/**
 * Finds changes by what they concern, newest first. Every committed change that is kept is found, also one that readers
 * receive only a moment later.
 */
export interface ChangeFinder {
  /** The changes of one item `before` a position, or after it. Large items make short pages. */
  ofItem(
    item: LoggedItem,
    options: { limit: number; before?: LogPosition | undefined; after?: LogPosition | undefined },
  ): Promise<{ changes: Change[]; more: boolean }>;
  /**
   * The requests with the newest changes before a position, newest first, each with all of its changes. `next` continues;
   * undefined: there are none before. A page may be short, or empty, where many changes are of other workspaces or do not fit
   * `filter`, which holds for one change at least of each request.
   */
  requests(
    workspaceId: string,
    options: { limit: number; before?: LogPosition | undefined; filter?: ChangeFilter | undefined },
  ): Promise<{ requests: LoggedRequest[]; next: LogPosition | undefined }>;
  /** The changes that these requests made. */
  ofRequests(
    workspaceId: string,
    requestIds: readonly string[],
    options: { limit: number; before?: LogPosition | undefined },
  ): Promise<ChangeHead[]>;
  /**
   * The changes at the first of these positions, and how many positions that were: large items make few. Changes of
   * deleted collections and trimmed ones are left out.
   */
  at(workspaceId: string, positions: readonly LogPosition[]): Promise<{ changes: Change[]; taken: number }>;
}

/** The whole database's log: for readers of all workspaces at once. */
export interface ChangeLog extends ChangeReader, ChangeFinder {
  /** Workspaces that changed after a position, and where to continue. */
  touched(after: LogPosition): Promise<{ workspaceIds: string[]; next: LogPosition }>;
  /** The oldest position that can be read from. */
  start(): Promise<LogPosition>;
  /** Deletes the oldest changes, a bounded number of them. Returns how many it deleted, and whether more are due. */
  trim(keep: Retention): Promise<{ trimmed: number; more: boolean }>;
}

export interface Retention {
  /** Changes before this instant may be deleted; milliseconds since the epoch. */
  readonly before: number;
  /** Changes beyond this number may be deleted. */
  readonly rows: number;
  /** The most changes that one pass deletes. */
  readonly pass: number;
}
