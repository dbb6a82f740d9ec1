import type { JsonObject } from "@plinth/core";

export type ShapeChange =
  | { readonly shape: string; readonly event: "enter" | "update"; readonly id: string; readonly data: JsonObject }
  | { readonly shape: string; readonly event: "leave"; readonly id: string; readonly cause?: "filter" | "delete" };

/** A page of a shape's rows. */
export interface SnapshotPage {
  /** The rows that are held are old from here on: what does not come again is gone. The value says why. */
  readonly begin?: "new" | "gone" | "many";
  readonly rows: readonly JsonObject[];
  readonly complete: boolean;
}

export interface ShapeError {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/** An answer of `GET /api/sync`. */
export interface SyncAnswer {
  readonly changes: readonly ShapeChange[];
  readonly snapshots?: { readonly [shape: string]: SnapshotPage };
  readonly errors?: { readonly [shape: string]: ShapeError };
  readonly next: string;
  readonly more: boolean;
  /** The next answer goes on with the same write: only together are they a moment that there was. */
  readonly partial?: boolean;
  /** It came by a stream: it may have been made some time before it was read. */
  readonly streamed?: true;
}

/** An operation of `POST /api/batch`. */
export interface BatchOperation {
  readonly op: "create" | "update" | "delete";
  readonly collection: string;
  readonly id?: string;
  readonly data?: JsonObject;
  readonly if_version?: number;
}
