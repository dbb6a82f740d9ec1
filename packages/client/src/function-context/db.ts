import type { JsonObject } from "@plinth/core";
import type { Guard, Reference } from "../items/batch.ts";
import type { AggregateQuery, ItemPage } from "../items/query.ts";
import type { UpsertOptions, UpsertRow } from "../items/writes.ts";
import type {
  AggregateRow,
  AnySchema,
  Checked,
  Filter,
  NewRow,
  Patch,
  Query,
  ReadOptions,
  Result,
  Row,
  Slug,
} from "../schema/index.ts";
import type { Group, Measures } from "../schema/query.ts";

type NoQuery = Record<never, never>;

interface IfVersion {
  /** The version that the item must have. */
  readonly if_version?: number | undefined;
}

/** How an upsert finds existing items. */
interface UpsertBy {
  /** A unique field, or several with commas between them. */
  readonly on_conflict: string;
  readonly resolution?: UpsertOptions["resolution"];
}

/** One write of a batch. */
export type FunctionOperation<S extends AnySchema = AnySchema> = { [C in Slug<S>]: OperationOn<S, C> }[Slug<S>];

type OperationOn<S extends AnySchema, C extends Slug<S>> =
  | { readonly op: "create"; readonly collection: C; readonly data: NewRow<S, C> }
  | ({ readonly op: "update"; readonly collection: C; readonly id: Id; readonly data: Patch<S, C> } & IfVersion)
  | ({ readonly op: "replace"; readonly collection: C; readonly id: Id; readonly data: NewRow<S, C> } & IfVersion)
  | ({ readonly op: "delete"; readonly collection: C; readonly id: Id } & IfVersion)
  | { readonly op: "upsert"; readonly collection: C; readonly data: UpsertRow<S, C>; readonly on_conflict: string[] }
  | ({ readonly op: "guard"; readonly collection: C } & Guard<Filter<S, C>>);

/** An id, or that of an earlier operation's item. */
type Id = string | Reference;

/** `context.db`: items, as the function may read and write them. What is refused is thrown with the `code` that the API sends. */
export interface FunctionItems<S extends AnySchema = AnySchema> {
  list<C extends Slug<S>, const Q extends Query<S, C> = NoQuery>(
    collection: C,
    query?: Q & Checked<S, C, Q>,
  ): Promise<ItemPage<Result<S, C, Q>>>;
  /** One item. Throws `ITEM_NOT_FOUND` where there is none. */
  get<C extends Slug<S>, const Q extends ReadOptions<S, C> = NoQuery>(
    collection: C,
    id: string,
    query?: Q & Checked<S, C, Q>,
  ): Promise<Result<S, C, Q>>;
  aggregate<C extends Slug<S>, const M extends Measures, const G extends Group = never>(
    collection: C,
    query: AggregateQuery<S, C, M, G>,
  ): Promise<readonly AggregateRow<S, C, M, G>[]>;
  create<C extends Slug<S>>(collection: C, data: NewRow<S, C>): Promise<Row<S, C>>;
  /** All, or none. */
  create<C extends Slug<S>>(collection: C, data: readonly NewRow<S, C>[]): Promise<readonly Row<S, C>[]>;
  update<C extends Slug<S>>(collection: C, id: string, data: Patch<S, C>, options?: IfVersion): Promise<Row<S, C>>;
  replace<C extends Slug<S>>(collection: C, id: string, data: NewRow<S, C>, options?: IfVersion): Promise<Row<S, C>>;
  upsert<C extends Slug<S>>(collection: C, data: UpsertRow<S, C>, by: UpsertBy): Promise<Row<S, C>>;
  delete(collection: Slug<S>, id: string, options?: IfVersion): Promise<{ readonly id: string }>;
  /** All, or none. The results, in the order of the operations. */
  batch(operations: readonly FunctionOperation<S>[]): Promise<readonly JsonObject[]>;
}
