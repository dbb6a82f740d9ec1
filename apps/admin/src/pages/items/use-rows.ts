import type { ItemEvent } from "@plinth/client";
import type { Field, JsonObject } from "@plinth/core";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import { pollFirstPage } from "./poll-first-page.ts";
import { type ListQuery, listQuery, readPage, titledRelations } from "./read-page.ts";
import { type ItemRow, RowPages } from "./row-pages.ts";
import { signal } from "./signal.ts";

/** Rows of one request. */
const PAGE_SIZE = 100;

export interface Rows {
  readonly pages: RowPages;
  /** Changes with every change of the rows. */
  readonly revision: number;
  /** New items that are not shown yet; `null`: more has changed than can be told one by one. */
  readonly news: number | null;
  /** Reads the list again from its start. */
  reload(): void;
  /** The title of a related item, if it is known. */
  titleOf(id: string): string | undefined;
}

interface RowsQuery {
  readonly filter: JsonObject | undefined;
  readonly sort: readonly string[];
  /** The fields of which there are columns. */
  readonly columns: readonly Field[];
  /** False: another layout shows the items, so nothing is read or followed. */
  readonly shown: boolean;
}

/** The items of a collection: pages by cursor, kept current by the collection's stream. */
export function useRows(collection: CollectionInfo, { filter, sort, columns, shown }: RowsQuery): Rows {
  const { client, viewing } = useWorkspace();
  const { data: collections } = useCollections();
  const [round, setRound] = useState(0);
  const [news, setNews] = useState<number | null>(0);
  const titles = useMemo(() => new Map<string, string>(), []);
  const relations = useMemo(
    // Whoever may not read them would be refused the whole list.
    () => (viewing === undefined ? titledRelations(collection, collections ?? [], columns) : []),
    [collection, collections, columns, viewing],
  );
  const asked = JSON.stringify({ filter, sort, relations });

  const list = useMemo(() => {
    const store = signal();
    const query = { ...listQuery(JSON.parse(asked) as ListQuery), limit: PAGE_SIZE };
    // They only make the list new: what changed while it was not shown is not known.
    void round;
    void shown;
    const load = (cursor: string, stop: AbortSignal) =>
      readPage(client, collection.slug, { ...query, cursor }, stop, titles);
    return { store, load, pages: new RowPages(load, { onChange: store.notify }) };
  }, [client, collection.slug, asked, round, shown, titles]);
  useEffect(() => {
    list.pages.open();
    return () => list.pages.close();
  }, [list]);
  const revision = useSyncExternalStore(list.store.subscribe, list.store.read);

  useEffect(() => {
    setNews(0);
    if (!shown) return;
    // A stream would show what the operator may see.
    if (viewing !== undefined) return pollFirstPage(list, () => setNews(null));
    const follow = client.from(collection.slug).subscribe({ filter }, (event) => {
      const fresh = applyEvent(list.pages, event as ItemEvent<ItemRow>);
      if (fresh === "all") setNews(null);
      else if (fresh === "one") setNews((count) => (count === null ? null : count + 1));
    });
    return () => follow.close();
  }, [client, collection.slug, filter, shown, list, viewing]);

  return {
    pages: list.pages,
    revision,
    news,
    reload: useCallback(() => setRound((count) => count + 1), []),
    titleOf: useCallback((id: string) => titles.get(id), [titles]),
  };
}

/** What is on the screen changes in place; what is new waits until somebody wants to see it. */
function applyEvent(pages: RowPages, event: ItemEvent<ItemRow>): "one" | "all" | undefined {
  switch (event.event) {
    case "enter":
      return pages.replace(event.data) ? undefined : "one";
    case "update":
      pages.replace(event.data);
      return undefined;
    case "leave":
      pages.remove(event.id);
      return undefined;
    case "reset":
    case "gone":
      return "all";
    default:
      return undefined;
  }
}
