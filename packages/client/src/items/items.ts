import type { JsonObject } from "@plinth/core";
import { requireKnown } from "../known-options.ts";
import type {
  AggregateRow,
  AnySchema,
  Checked,
  Filter,
  Query,
  ReadOptions,
  Result,
  Row,
  Slug,
} from "../schema/index.ts";
import type { Group, Measures } from "../schema/query.ts";
import type { Transport } from "../transport.ts";
import type { Subscription, Watcher } from "../types.ts";
import { historyOf, type ItemHistory } from "./history.ts";
import { followLive, type LiveHandler, type LiveList, type LiveQuery } from "./live.ts";
import { itemPath, itemsPath } from "./path.ts";
import {
  AGGREGATE_OPTIONS,
  type AggregateQuery,
  fitAddress,
  type ItemPage,
  type ItemQuery,
  LIST_OPTIONS,
  parametersOf,
  READ_OPTIONS,
} from "./query.ts";
import { jsonIn, REQUEST_OPTIONS, type Requester, type RequestOptions } from "./request.ts";
import { followItems, type ItemHandler, type ItemOptions } from "./subscribe.ts";
import { type ItemTransfer, transferOf } from "./transfer.ts";
import { type ItemWrites, writesOf } from "./writes.ts";

type NoQuery = Record<never, never>;

/** The items of one collection, as the caller may read and write them. */
export interface Items<S extends AnySchema = AnySchema, C extends Slug<S> = Slug<S>>
  extends ItemWrites<S, C>,
    ItemTransfer<S, C>,
    ItemHistory {
  /**
   * A page of items.
   *
   * @example
   * const { data, has_more } = await client.from("films").list({ filter: { year: 1985 }, sort: "-rating", limit: 20 });
   */
  list<const Q extends Query<S, C> = NoQuery>(
    query?: Q & Checked<S, C, Q>,
    options?: RequestOptions,
  ): Promise<ItemPage<Result<S, C, Q>>>;
  /** One item. Throws `ITEM_NOT_FOUND` where there is none that the caller may read. */
  one<const Q extends ReadOptions<S, C> = NoQuery>(
    id: string,
    query?: Q & Checked<S, C, Q>,
    options?: RequestOptions,
  ): Promise<Result<S, C, Q>>;
  /**
   * All items, read page by page while they are used. `limit` is the size of a page. Items that are added or removed
   * meanwhile cause no duplicates and no gaps.
   *
   * @example
   * for await (const film of client.from("films").all({ sort: "title" })) console.log(film.title);
   */
  all<const Q extends Query<S, C> = NoQuery>(
    query?: Q & Checked<S, C, Q>,
    options?: RequestOptions,
  ): AsyncIterableIterator<Result<S, C, Q>>;
  /**
   * Counts, sums and averages, a row for each group.
   *
   * @example
   * const rows = await client.from("films").aggregate({ aggregates: { films: { count: "*" } }, group_by: ["year"] });
   */
  aggregate<const M extends Measures, const G extends Group = never>(
    query: AggregateQuery<S, C, M, G>,
    options?: RequestOptions,
  ): Promise<readonly AggregateRow<S, C, M, G>[]>;
  /**
   * Follows the changes of the items, as the caller may see them. No event is lost or repeated, however often the
   * connection breaks.
   *
   * @example
   * const orders = client.from("orders").subscribe({ filter: { status: "open" } }, (event) => console.log(event));
   * orders.close();
   */
  subscribe(options: ItemOptions<Filter<S, C>>, handler: ItemHandler<Row<S, C>>): Subscription;
  /**
   * Keeps a query's result current. The handler gets the whole result each time, and its changes.
   *
   * @example
   * client.from("tasks").live({ filter: { done: false }, sort: "rank", limit: 20 }, (rows) => draw(rows));
   */
  live<const Q extends LiveList<S, C>>(
    query: Q & Checked<S, C, Q>,
    handler: LiveHandler<Result<S, C, Q>>,
    watcher?: Watcher,
  ): Subscription;
  /** Keeps what is computed over the items current. */
  live<const M extends Measures, const G extends Group = never>(
    query: AggregateQuery<S, C, M, G>,
    handler: LiveHandler<AggregateRow<S, C, M, G>>,
    watcher?: Watcher,
  ): Subscription;
}

export function itemsOf(slug: string, request: Requester, transport: Transport): Items {
  const path = itemsPath(slug);

  const list = (query: ItemQuery, options: RequestOptions | undefined): Promise<ItemPage<JsonObject>> => {
    const text = parametersOf({ ...query, explain: query.explain ? "1" : undefined });
    const asked = fitAddress(text)
      ? ({ method: "GET", path, query: text } as const)
      : ({ method: "POST", path: `${path}/query`, body: query } as const);
    return request(asked, options, jsonIn<ItemPage<JsonObject>>);
  };

  async function* pages(query: ItemQuery, options: RequestOptions | undefined): AsyncGenerator<JsonObject, void> {
    for (let cursor: string | null = query.cursor ?? ""; cursor !== null; ) {
      const page: ItemPage<JsonObject> = await list({ ...query, cursor }, options);
      yield* page.data;
      cursor = page.next_cursor ?? null;
    }
  }

  return {
    ...writesOf(slug, request),
    ...transferOf(slug, request),
    ...historyOf(slug, request),
    async list(query: ItemQuery = {}, options: RequestOptions = {}) {
      requireKnown(query, LIST_OPTIONS, "list");
      requireKnown(options, REQUEST_OPTIONS, "list");
      return list(query, options);
    },
    async one(id, query: ReadOptions<AnySchema, string> = {}, options: RequestOptions = {}) {
      requireKnown(query, READ_OPTIONS, "one");
      requireKnown(options, REQUEST_OPTIONS, "one");
      const asked = { method: "GET", path: itemPath(slug, id), query: parametersOf(query) } as const;
      return (await request(asked, options, jsonIn<{ data: JsonObject }>)).data;
    },
    all(query: ItemQuery = {}, options: RequestOptions = {}) {
      requireKnown(query, LIST_OPTIONS, "all");
      requireKnown(options, REQUEST_OPTIONS, "all");
      return pages(query, options);
    },
    async aggregate<M extends Measures, G extends Group>(
      query: AggregateQuery<AnySchema, string, M, G>,
      options: RequestOptions = {},
    ) {
      requireKnown(query, AGGREGATE_OPTIONS, "aggregate");
      requireKnown(options, REQUEST_OPTIONS, "aggregate");
      const asked = { method: "POST", path: `${path}/aggregate`, body: query } as const;
      return (await request(asked, options, jsonIn<{ data: readonly JsonObject[] }>)).data;
    },
    subscribe: (options, handler) => followItems(transport, slug, options, handler),
    live: (query: LiveQuery, handler: LiveHandler<never>, watcher: Watcher = {}) =>
      followLive(transport, slug, query, handler, watcher),
  };
}
