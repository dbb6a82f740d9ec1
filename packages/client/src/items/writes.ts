import type { JsonObject } from "@plinth/core";
import { requireKnown } from "../known-options.ts";
import type { AnySchema, Filter, NewRow, Patch, Row, Slug } from "../schema/index.ts";
import { itemPath, itemsPath } from "./path.ts";
import { parametersOf } from "./query.ts";
import { type ItemRequest, jsonIn, type Method, type Requester, WRITE_OPTIONS, type WriteOptions } from "./request.ts";

export interface ChangeOptions extends WriteOptions {
  /** The version that the item must have; otherwise `PRECONDITION_FAILED`, and nothing is written. */
  readonly if_version?: number | undefined;
}

export interface UpsertOptions extends WriteOptions {
  /** `id`, a unique field or a unique set: what an existing item is found by. */
  readonly on_conflict: string | readonly string[];
  /** What happens to an existing item: `merge`, the default, sets the given fields; `ignore` leaves it. */
  readonly resolution?: "merge" | "ignore" | undefined;
}

export interface BulkOptions extends WriteOptions {
  /** Nothing is written where more items match. Default: 1,000; at most 10,000. */
  readonly limit?: number | undefined;
  /** Only counts. */
  readonly dry_run?: boolean | undefined;
  /** Needed for a filter that matches every item. */
  readonly all?: boolean | undefined;
}

export type UpsertResult = "inserted" | "updated" | "ignored";

export interface Upserted<T> {
  readonly data: T;
  readonly result: UpsertResult;
}

export interface UpsertedMany<T> {
  readonly data: readonly T[];
  readonly meta: {
    readonly inserted: number;
    readonly updated: number;
    readonly ignored: number;
    /** Of each item, in order. */
    readonly results: readonly UpsertResult[];
  };
}

export interface BulkUpdate {
  readonly matched: number;
  readonly updated: number;
  readonly dry_run: boolean;
}

export interface BulkDelete {
  readonly matched: number;
  readonly deleted: number;
  readonly dry_run: boolean;
}

/**
 * Writes of one collection. Each happens once, or is refused: where no answer comes, it is sent again under the same
 * idempotency key.
 */
export interface ItemWrites<S extends AnySchema = AnySchema, C extends Slug<S> = Slug<S>> {
  /** The item as it is stored. */
  create(data: NewRow<S, C>, options?: WriteOptions): Promise<Row<S, C>>;
  /** Up to 1,000 items: all, or none. */
  createMany(data: readonly NewRow<S, C>[], options?: WriteOptions): Promise<readonly Row<S, C>[]>;
  /**
   * Sets the given fields, and leaves the others. `{ $inc: 1 }`, `{ $append: […] }` and `{ $remove: […] }` change a value
   * without reading it.
   */
  update(id: string, patch: Patch<S, C>, options?: ChangeOptions): Promise<Row<S, C>>;
  /** Fields that are not given get their defaults, or null. */
  replace(id: string, data: NewRow<S, C>, options?: ChangeOptions): Promise<Row<S, C>>;
  /** Creates the item, or updates the one that exists. */
  upsert(data: UpsertRow<S, C>, options: UpsertOptions): Promise<Upserted<Row<S, C>>>;
  upsertMany(data: readonly UpsertRow<S, C>[], options: UpsertOptions): Promise<UpsertedMany<Row<S, C>>>;
  delete(id: string, options?: ChangeOptions): Promise<void>;
  /** Changes all items that match and that the caller may update. */
  updateWhere(filter: Filter<S, C>, patch: Patch<S, C>, options?: BulkOptions): Promise<BulkUpdate>;
  /** Deletes all items that match and that the caller may delete. */
  deleteWhere(filter: Filter<S, C>, options?: BulkOptions): Promise<BulkDelete>;
}

/** Only a new item needs its required fields. */
export type UpsertRow<S extends AnySchema, C extends Slug<S>> = Partial<NewRow<S, C>>;

export const UPSERT_PARAMETERS = ["on_conflict", "resolution"] as const satisfies readonly (keyof UpsertOptions)[];
export const BULK_PARAMETERS = ["limit", "dry_run", "all"] as const satisfies readonly (keyof BulkOptions)[];

const CHANGE_OPTIONS: readonly (keyof ChangeOptions)[] = ["if_version", ...WRITE_OPTIONS];
const UPSERT_OPTIONS: readonly (keyof UpsertOptions)[] = [...UPSERT_PARAMETERS, ...WRITE_OPTIONS];
const BULK_OPTIONS: readonly (keyof BulkOptions)[] = [...BULK_PARAMETERS, ...WRITE_OPTIONS];

export function writesOf(slug: string, request: Requester): ItemWrites {
  const path = itemsPath(slug);

  const write = <R>(asked: Omit<ItemRequest, "write">, options: WriteOptions): Promise<R> =>
    request({ ...asked, write: true }, options, jsonIn<R>);

  const create = async <R>(body: object, options: WriteOptions, name: string): Promise<R> => {
    requireKnown(options, WRITE_OPTIONS, name);
    return (await write<{ data: R }>({ method: "POST", path, body }, options)).data;
  };

  const change = async (method: Method, id: string, body: object | undefined, options: ChangeOptions, name: string) => {
    requireKnown(options, CHANGE_OPTIONS, name);
    const { if_version } = options;
    const headers = if_version !== undefined && { headers: { "if-match": `"${if_version}"` } };
    const asked = { method, path: itemPath(slug, id), ...headers, ...(body && { body }) };
    return (await write<{ data: JsonObject }>(asked, options)).data;
  };

  const upsert = async <R>(body: object, options: UpsertOptions, name: string): Promise<R> => {
    requireKnown(options, UPSERT_OPTIONS, name);
    const { on_conflict, resolution } = options;
    return write<R>({ method: "POST", path, body, query: parametersOf({ on_conflict, resolution }) }, options);
  };

  const bulk = async <R>(
    method: Method,
    filter: JsonObject,
    body: object | undefined,
    options: BulkOptions,
    name: string,
  ): Promise<R> => {
    requireKnown(options, BULK_OPTIONS, name);
    const { limit, dry_run, all } = options;
    const asked = { method, path, query: parametersOf({ filter, limit, dry_run, all }), ...(body && { body }) };
    return (await write<{ data: R }>(asked, options)).data;
  };

  return {
    create: (data, options = {}) => create(data, options, "create"),
    createMany: (data, options = {}) => create(data, options, "createMany"),
    update: (id, patch, options = {}) => change("PATCH", id, patch, options, "update"),
    replace: (id, data, options = {}) => change("PUT", id, data, options, "replace"),
    async upsert(data, options) {
      const answer = await upsert<UpsertedMany<JsonObject> & { data: JsonObject }>(data, options, "upsert");
      return { data: answer.data, result: answer.meta.results[0]! };
    },
    upsertMany: (data, options) => upsert(data, options, "upsertMany"),
    async delete(id, options = {}) {
      await change("DELETE", id, undefined, options, "delete");
    },
    updateWhere: (filter, patch, options = {}) => bulk("PATCH", filter, patch, options, "updateWhere"),
    deleteWhere: (filter, options = {}) => bulk("DELETE", filter, undefined, options, "deleteWhere"),
  };
}
