import type { ItemEvent } from "@plinth/client";
import type { JsonObject } from "@plinth/core";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useWorkspace } from "../../../api/workspace.ts";
import { type CollectionInfo, useCollections } from "../../../data/collections.ts";
import { both } from "../conditions.ts";
import { type ListQuery, listQuery, readPage, titledRelations } from "../read-page.ts";
import type { ItemRow } from "../row-pages.ts";
import { signal } from "../signal.ts";
import { ItemLanes } from "./item-lanes.ts";

export interface Lane {
  readonly key: string;
  /** Which items are in it, besides the filter of all; it must always be the same for a key. */
  readonly condition: JsonObject | undefined;
}

export interface LanesQuery {
  /** Of all lanes together. */
  readonly filter: JsonObject | undefined;
  readonly sort: readonly string[];
  /** `undefined`: which there are is not known yet. */
  readonly lanes: readonly Lane[] | undefined;
  readonly pageSize: number;
  /** Something has changed among the items, at most once within a moment. */
  readonly onNews?: () => void;
}

export interface Lanes {
  readonly lanes: ItemLanes;
  readonly revision: number;
  reload(): void;
  titleOf(id: string): string | undefined;
}

/** Milliseconds within which changes are reported once. */
const MOMENT = 400;
/** Between two readings as somebody else. */
const POLL_MS = 10_000;

/** The items of a collection in lanes, kept current by one stream for all of them. */
export function useLanes(collection: CollectionInfo, query: LanesQuery): Lanes {
  const { filter, sort, lanes: wanted, pageSize } = query;
  const { client, viewing } = useWorkspace();
  const { data: collections } = useCollections();
  const [round, setRound] = useState(0);
  const titles = useMemo(() => new Map<string, string>(), []);
  const relations = useMemo(
    // Whoever may not read them would be refused the whole list.
    () => (viewing === undefined ? titledRelations(collection, collections ?? []) : []),
    [collection, collections, viewing],
  );
  const asked = JSON.stringify({ filter, sort, relations });
  const conditions = useRef(new Map<string, JsonObject | undefined>());
  for (const { key, condition } of wanted ?? []) conditions.current.set(key, condition);

  const list = useMemo(() => {
    const store = signal();
    // `round` only makes the list new.
    void round;
    const all = JSON.parse(asked) as ListQuery;
    const load = (lane: string, cursor: string, stop: AbortSignal) => {
      const options = listQuery({ ...all, filter: both(all.filter, conditions.current.get(lane)) });
      return readPage(client, collection.slug, { ...options, limit: pageSize, cursor }, stop, titles);
    };
    return { store, lanes: new ItemLanes({ load, onChange: store.notify }) };
  }, [client, collection.slug, asked, round, titles, pageSize]);
  useEffect(() => {
    list.lanes.open();
    return () => list.lanes.close();
  }, [list]);
  useEffect(() => {
    if (wanted) list.lanes.want(wanted.map(({ key }) => key));
  }, [list, wanted]);
  const revision = useSyncExternalStore(list.store.subscribe, list.store.read);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  useStream(collection.slug, filter, { lanes: list.lanes, onReset: reload, onNews: query.onNews });

  return {
    lanes: list.lanes,
    revision,
    reload,
    titleOf: useCallback((id: string) => titles.get(id), [titles]),
  };
}

interface StreamParts {
  readonly lanes: ItemLanes;
  readonly onReset: () => void;
  readonly onNews: (() => void) | undefined;
}

function useStream(slug: string, filter: JsonObject | undefined, parts: StreamParts): void {
  const { client, viewing } = useWorkspace();
  const current = useRef(parts);
  current.current = parts;
  useEffect(() => {
    if (viewing !== undefined) {
      // A stream would show what the operator may see.
      const poll = setInterval(() => {
        void current.current.lanes.again();
        current.current.onNews?.();
      }, POLL_MS);
      return () => clearInterval(poll);
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = client.from(slug).subscribe({ filter }, (event) => {
      const { event: kind } = event;
      if (kind === "reset") current.current.onReset();
      else applyEvent(current.current.lanes, event as ItemEvent<ItemRow>);
      if (kind === "ready") return;
      timer ??= setTimeout(() => {
        timer = undefined;
        current.current.onNews?.();
      }, MOMENT);
    });
    return () => {
      clearTimeout(timer);
      follow.close();
    };
  }, [client, slug, filter, viewing]);
}

function applyEvent(lanes: ItemLanes, event: ItemEvent<ItemRow>): void {
  if (event.event === "enter" || event.event === "update") lanes.put(event.data);
  else if (event.event === "leave") lanes.remove(event.id);
}
