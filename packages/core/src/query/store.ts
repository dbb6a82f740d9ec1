import type { Awaitable } from "../awaitable.ts";
import type { Origin } from "../changes.ts";
import type { Mutation } from "./mutation.ts";
import type { Aggregate, Bindings, Condition, Count, FieldValue, Find, Row, SortTerm, Traversal } from "./query.ts";

export interface FindResult {
  rows: Row[];
  /** Per row, when `withSortValues`. */
  sortValues?: FieldValue[][];
  /** Per row, the related parent, when the tree has a `parentFilter`. */
  parents?: string[];
}

export interface MutationResult {
  /** The rows of a `find`, or of a write that returns rows; empty otherwise. */
  rows: Row[];
  /** Rows inserted, updated or deleted. */
  changes: number;
}

/** A read's plan in the data source: for people, and for warnings. */
export interface Explanation {
  /** The statement in the source's own language. */
  readonly statement: string;
  readonly plan: readonly string[];
  /** Collections' tables that are read in full. */
  readonly scans: readonly string[];
  /** It reads all that match and sorts them, where an index could give the order. */
  readonly sorts: boolean;
  /** Rows that the source expects to read or return; null where it makes no estimate. */
  readonly rows: number | null;
}

/** The tree-level port to one data source. */
export interface Store {
  readonly name: string;
  readonly capabilities: StoreCapabilities;
  /** At once where the engine is in this process and the read is quick. */
  find(tree: Find, bindings: Bindings): Awaitable<FindResult>;
  /** Whether these could be the `sortValues` of a row in this order: cursors come from callers. */
  areSortValues(sort: readonly SortTerm[], values: readonly FieldValue[]): boolean;
  count(tree: Count, bindings: Bindings): Promise<number>;
  /** Items at the end of a traversal, duplicates included; counting ends at `atMost`. */
  countUpTo(tree: Traversal, bindings: Bindings, atMost: number): Promise<number>;
  /** A condition in the engine's language, for people to read. */
  describe(condition: Condition, bindings: Bindings): { readonly sql: string; readonly params: readonly unknown[] };
  /** How a read would run. */
  explain(tree: Find | Aggregate, bindings: Bindings): Promise<Explanation>;
  /** One row a group: names to values. Sums of integers and decimals are exact. */
  aggregate(tree: Aggregate, bindings: Bindings): Promise<Pick<FindResult, "rows" | "parents">>;
  /** All or nothing; results in order. Throws `DataError`, whose `statementIndex` then counts trees. */
  mutate(trees: readonly Mutation[], bindings: Bindings, origin?: Origin): Promise<MutationResult[]>;
}

export interface StoreCapabilities {
  /** Columns a collection's table can hold. */
  readonly maxColumns: number;
  /** Items that one atomic create can take. */
  readonly maxInsertRows: number;
  /** A time limit may end a read. */
  readonly timeLimited: boolean;
}
