import type { Json } from "@plinth/core";
import { requireKnown } from "../known-options.ts";
import { type Page, type PageOptions, pageQuery } from "../page.ts";
import { itemPath } from "./path.ts";
import { jsonIn, REQUEST_OPTIONS, type Requester, type RequestOptions } from "./request.ts";

/** A change of an item, as the change log has it. */
export interface ItemVersion {
  readonly position: string;
  readonly at: string;
  readonly operation: "insert" | "update" | "delete";
  /** After the change; before it where the item was deleted. */
  readonly version: number | null;
  /** Such as `user:ID`. Null: nobody who is known. */
  readonly actor: string | null;
  readonly actor_name: string | null;
  readonly request_id: string | null;
  readonly changes: readonly { readonly field: string; readonly before: Json; readonly after: Json }[];
}

export interface ItemHistoryPage extends Page<ItemVersion> {
  /** Changes up to here have been deleted. */
  readonly log_start: string;
  /** The last entry is the item's creation. */
  readonly complete: boolean;
}

export interface ItemHistory {
  /**
   * A page of the versions of an item, newest first, for administrators.
   *
   * @example
   * const { data } = await client.from("films").history(film.id);
   * await client.changes.undo({ collection: "films", id: film.id, to: data[1].position });
   */
  history(id: string, page?: PageOptions, options?: RequestOptions): Promise<ItemHistoryPage>;
}

export function historyOf(slug: string, request: Requester): ItemHistory {
  return {
    async history(id, page = {}, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "history");
      const query = pageQuery(page, "history");
      const asked = { method: "GET", path: `${itemPath(slug, id)}/history`, query } as const;
      return request(asked, options, jsonIn<ItemHistoryPage>);
    },
  };
}
