import type { ItemVersion } from "../items/history.ts";
import {
  jsonIn,
  REQUEST_OPTIONS,
  type Requester,
  type RequestOptions,
  WRITE_OPTIONS,
  type WriteOptions,
} from "../items/request.ts";
import { requireKnown } from "../known-options.ts";
import { type Page, type PageOptions, pageQuery } from "../page.ts";
import { resultAfterProgress } from "./progress-lines.ts";

/** One item, and the position of a version in its history. */
export interface ItemVersionTarget {
  readonly collection: string;
  readonly id: string;
  readonly to: string;
}

/** A request by its id, several of them as one, or an item to bring back to a version. */
export type UndoTarget = string | readonly string[] | ItemVersionTarget;

export interface UndoOptions extends WriteOptions {
  /** Says what would be done, and does nothing. */
  readonly dry_run?: boolean | undefined;
  /** Of an item to bring back: the version that it must have, else `PRECONDITION_FAILED`. */
  readonly if_version?: number | undefined;
  /** Where an item has changed since: nothing is written (default), or the item stays as it is. */
  readonly on_conflict?: "refuse" | "skip" | undefined;
  /** Hears of the progress of a long undo. */
  readonly onProgress?: ((progress: UndoCounts & { readonly total: number }) => void) | undefined;
}

/** Items by what becomes of them. */
export interface UndoCounts {
  readonly deleted: number;
  readonly changed: number;
  readonly restored: number;
}

export interface UndoConflict {
  /** Null: it has been deleted. */
  readonly collection: string | null;
  readonly item: string;
  readonly reason:
    | "changed"
    | "exists"
    | "missing"
    | "reference"
    | "unique"
    | "referenced"
    | "invalid"
    | "collection_deleted";
  readonly fields: readonly string[];
  readonly message?: string;
}

export interface UndoResult extends UndoCounts {
  /** Of the undo itself: undo this, and what was undone is back. Null for a dry run. */
  readonly request_id: string | null;
  readonly dry_run: boolean;
  readonly changes: number;
  readonly collections: { readonly [slug: string]: UndoCounts };
  readonly skipped: number;
  /** The first ones. */
  readonly conflicts: readonly UndoConflict[];
  readonly conflicts_total: number;
  readonly atomic: boolean;
  /** Why it ended before all was done; the same undo goes on. */
  readonly stopped?: { readonly code: string; readonly message: string };
}

/** Which requests are listed: those with a change for which all of it holds. */
export interface ChangingRequestFilter extends PageOptions {
  readonly collection?: string | undefined;
  /** The id of an item; only with `collection`. */
  readonly item?: string | undefined;
  readonly operation?: "insert" | "update" | "delete" | undefined;
  /** `user:ID`, `key:ID` or `operator:ID`; `user`, `key` or `operator` for all of them; `nobody` where no caller is known. */
  readonly actor?: string | undefined;
  /** ISO 8601: changes from this time on. */
  readonly since?: string | undefined;
  /** ISO 8601: changes before this time. */
  readonly until?: string | undefined;
  readonly request_id?: string | undefined;
}

/** A request that has changed items. */
export interface ChangingRequest {
  readonly request_id: string;
  /** Such as `user:ID`. Null: nobody who is known. */
  readonly actor: string | null;
  readonly actor_name: string | null;
  /** The times of its first and its last change. */
  readonly from: string;
  readonly to: string;
  /** By collection; null: it has been deleted. */
  readonly changes: readonly {
    readonly collection: string | null;
    readonly inserted: number;
    readonly updated: number;
    readonly deleted: number;
  }[];
}

/** A change that a request has made. */
export interface RequestChange extends ItemVersion {
  readonly collection: string;
  readonly item: string;
}

/** What was written, for administrators. */
export interface Changes {
  /**
   * A page of the requests that have changed items, newest first. It may have fewer than `limit`: go on while `has_more`.
   *
   * @example
   * const { data } = await client.changes.requests({ collection: "films", operation: "delete" });
   */
  requests(filter?: ChangingRequestFilter, options?: RequestOptions): Promise<Page<ChangingRequest>>;
  /** A page of the changes of one request, newest first, with the fields that differ. */
  ofRequest(request: string, page?: PageOptions, options?: RequestOptions): Promise<Page<RequestChange>>;
  /**
   * Takes back what requests have changed, or brings an item back to a version. Throws `CONFLICT` where items have changed
   * since, with the conflicts in `details.conflicts`.
   *
   * @example
   * let id = "";
   * await client.from("films").updateWhere({ year: 1985 }, { seen: true }, { onRequestId: (request) => (id = request) });
   * await client.changes.undo(id);
   */
  undo(target: UndoTarget, options?: UndoOptions): Promise<UndoResult>;
}

const UNDO_OPTIONS: readonly (keyof UndoOptions)[] = [
  ...WRITE_OPTIONS,
  "dry_run",
  "if_version",
  "on_conflict",
  "onProgress",
];

const FILTERS = ["collection", "item", "operation", "actor", "since", "until", "request_id"] as const;

export function changesOf(request: Requester): Changes {
  return {
    async requests(filter = {}, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "requests");
      const query = pageQuery(filter, "requests", FILTERS);
      const asked = { method: "GET", path: "api/changes/requests", query } as const;
      return request(asked, options, jsonIn<Page<ChangingRequest>>);
    },
    async ofRequest(id, page = {}, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "ofRequest");
      const query = pageQuery(page, "ofRequest");
      const asked = { method: "GET", path: `api/changes/requests/${encodeURIComponent(id)}`, query } as const;
      return request(asked, options, jsonIn<Page<RequestChange>>);
    },
    async undo(target, options = {}) {
      requireKnown(options, UNDO_OPTIONS, "undo");
      const { dry_run, if_version, on_conflict, onProgress } = options;
      const body = { ...bodyOf(target), dry_run, if_version, on_conflict };
      const asked = { method: "POST", path: "api/changes/undo", body, write: true } as const;
      // A large undo takes long.
      const limits = { ...options, timeoutMs: options.timeoutMs ?? 0 };
      if (!onProgress) return (await request(asked, limits, jsonIn<{ data: UndoResult }>)).data;
      const streamed = { ...asked, accept: "application/x-ndjson" };
      return request(streamed, limits, (response) => resultAfterProgress<UndoResult>(response, onProgress as never));
    },
  };
}

function bodyOf(target: UndoTarget): object {
  if (typeof target === "string") return { request_id: target };
  if (!("to" in target)) return { requests: target };
  const { collection, id, to } = target;
  return { item: { collection, id }, to };
}
