import type { Collection, Row } from "@plinth/core";
import type { PreparedChange } from "../write/change.ts";
import type { PreparedCreate } from "../write/create.ts";

/** Why a change cannot be undone. */
export type ConflictReason =
  /** Somebody else has changed these fields since. */
  | "changed"
  /** An item with this id has been created since. */
  | "exists"
  /** The item has been deleted since. */
  | "missing"
  /** A related item does not exist any more. */
  | "reference"
  /** Another item has the value now. */
  | "unique"
  /** Other items refer to it now. */
  | "referenced"
  /** The collection does not take the values any more. */
  | "invalid"
  /** The collection has been deleted. */
  | "collection_deleted";

export interface UndoConflict {
  /** Null: it has been deleted. */
  readonly collection: string | null;
  readonly item: string;
  readonly reason: ConflictReason;
  readonly fields: readonly string[];
  readonly message?: string;
}

/** The opposite of a change. `row` is the item before this step, or as it is brought back. */
export type Inverse = { readonly collection: Collection; readonly id: string; readonly row: Row } & (
  | { readonly kind: "delete" }
  | { readonly kind: "restore" }
  /** `next` is the item after it, `fields` what differs. */
  | { readonly kind: "update"; readonly next: Row; readonly fields: readonly string[] }
);

/** The same with its checked values. */
export type PreparedInverse = Inverse & { readonly create?: PreparedCreate; readonly change?: PreparedChange };

export const itemKey = (collection: { readonly id: string }, item: string): string => `${collection.id} ${item}`;

/** Items by what is done with them. */
export interface UndoCounts {
  deleted: number;
  changed: number;
  restored: number;
}

/** What an undo did, or would do. */
export interface UndoResult extends UndoCounts {
  /** Names the undo in the log: it can be undone itself. */
  request_id: string | null;
  dry_run: boolean;
  /** The changes in the log that were looked at. */
  changes: number;
  collections: Record<string, UndoCounts>;
  /** Items that were left as they are, because of conflicts. */
  skipped: number;
  /** The first ones. */
  conflicts: UndoConflict[];
  conflicts_total: number;
  /** All is done in one transaction; otherwise in several, one after the other. */
  atomic: boolean;
  /** Why it ended before all was done: what was written stays, and the same undo goes on. */
  stopped?: { readonly code: string; readonly message: string };
}
