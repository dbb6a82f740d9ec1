import type { ItemEvent, View } from "@plinth/client";
import { fieldType, type JsonObject } from "@plinth/core";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { type CollectionInfo, titleField, useCollections } from "../../data/collections.ts";
import { pollFirstPage } from "./poll-first-page.ts";
import { type ItemRow, type LoadedPage, RowPages } from "./row-pages.ts";

/** Rows of one request. */
const PAGE_SIZE = 100;
/** Relations whose titles are read with the rows: each costs the server a statement. */
const TITLED_RELATIONS = 8;

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

interface ListQuery {
  readonly filter: JsonObject | undefined;
  readonly sort: readonly string[];
}

/** The items of a collection: pages by cursor, kept current by the collection's stream. */
export function useRows(collection: CollectionInfo, { filter, sort }: ListQuery): Rows {
  const { client, viewing } = useWorkspace();
  const { data: collections } = useCollections();
  const [round, setRound] = useState(0);
  const [news, setNews] = useState<number | null>(0);
  const titles = useMemo(() => new Map<string, string>(), []);
  const relations = useMemo(
    // Whoever may not read them would be refused the whole list.
    () => (viewing === undefined ? titledRelations(collection, collections ?? []) : []),
    [collection, collections, viewing],
  );
  const asked = JSON.stringify([filter ?? null, sort, relations]);

  const list = useMemo(() => {
    const store = signal();
    const query = { ...listQuery(asked), limit: PAGE_SIZE };
    // `round` only makes the list new.
    void round;
    const load = (cursor: string, stop: AbortSignal) =>
      readPage(client, collection.slug, { ...query, cursor }, stop, titles);
    return { store, load, pages: new RowPages(load, { onChange: store.notify }) };
  }, [client, collection.slug, asked, round, titles]);
  useEffect(() => {
    list.pages.open();
    return () => list.pages.close();
  }, [list]);
  const revision = useSyncExternalStore(list.store.subscribe, list.store.read);

  useEffect(() => {
    setNews(0);
    // A stream would show what the operator may see.
    if (viewing !== undefined) return pollFirstPage(list, () => setNews(null));
    const follow = client.from(collection.slug).subscribe({ filter }, (event) => {
      const fresh = applyEvent(list.pages, event as ItemEvent<ItemRow>);
      if (fresh === "all") setNews(null);
      else if (fresh === "one") setNews((count) => (count === null ? null : count + 1));
    });
    return () => follow.close();
  }, [client, collection.slug, filter, list, viewing]);

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

type Relations = readonly { readonly field: string; readonly title: string }[];

function titledRelations(collection: CollectionInfo, all: readonly CollectionInfo[]): Relations {
  return collection.fields
    .filter((field) => fieldType(field).kind === "reference")
    .flatMap((field) => {
      const target = all.find(({ slug }) => slug === field.to);
      const title = target ? titleField(target) : "id";
      return title === "id" ? [] : [{ field: field.name, title }];
    })
    .slice(0, TITLED_RELATIONS);
}

interface ListOptions {
  readonly cursor?: string;
  readonly expand?: Readonly<Record<string, object>>;
}

function listQuery(asked: string) {
  const [filter, sort, relations] = JSON.parse(asked) as [JsonObject | null, string[], Relations];
  const expand = Object.fromEntries(relations.map(({ field, title }) => [field, { fields: ["id", title] }]));
  return {
    ...(filter && { filter }),
    ...(sort.length > 0 && { sort }),
    ...(relations.length > 0 && { expand }),
  };
}

async function readPage(
  client: View,
  slug: string,
  query: ListOptions,
  stop: AbortSignal,
  titles: Map<string, string>,
): Promise<LoadedPage> {
  const { data, next_cursor } = await client.from(slug).list(query as object, { signal: stop });
  // Titles of rows that are long out of sight are not worth their memory.
  if (titles.size > 20_000) titles.clear();
  return {
    rows: (data as readonly ItemRow[]).map((row) => flatRow(row, Object.keys(query.expand ?? {}), titles)),
    next: next_cursor ?? null,
  };
}

/** Related items become their ids again, as in the stream; their titles are remembered. */
function flatRow(row: ItemRow, relations: readonly string[], titles: Map<string, string>): ItemRow {
  const ids: Record<string, string> = {};
  for (const name of relations) {
    const item = row[name];
    if (typeof item !== "object" || item === null || Array.isArray(item)) continue;
    const id = String(item.id);
    const title = Object.entries(item).find(([key]) => key !== "id")?.[1];
    if (title !== null && title !== undefined) titles.set(id, String(title));
    ids[name] = id;
  }
  return { ...row, ...ids };
}

/** Milliseconds: a frame of the screen. */
const FRAME = 16;

/** Tells of all changes within a frame at once: the stream brings a bulk change as hundreds of events, and each render takes a while. */
function signal() {
  const listeners = new Set<() => void>();
  let revision = 0;
  let isWaiting = false;
  const tell = () => {
    isWaiting = false;
    revision++;
    for (const listener of listeners) listener();
  };
  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: () => revision,
    notify: () => {
      if (isWaiting) return;
      isWaiting = true;
      setTimeout(tell, FRAME);
    },
  };
}
