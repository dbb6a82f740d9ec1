import type { ChangeLog } from "../changes.ts";
import type { Field } from "../fields/field.ts";
import type { Store } from "../query/store.ts";
import type { Collection } from "../schema.ts";
import type { SqlQuery } from "./sql-driver.ts";

/** One database that holds collections: their items, their tables, and the log of their changes. */
export interface DataSource {
  readonly name: string;
  readonly store: Store;
  readonly schema: SchemaEditor;
  readonly log: ChangeLog;
}

/** The collection with this slug: the target of a relation. */
export type TargetOf = (slug: string) => Collection;

export interface TableChange {
  readonly before: Collection;
  readonly after: Collection;
  /** The new columns, and the collections that they refer to. */
  readonly added?: { readonly fields: readonly Field[]; readonly targetOf: TargetOf };
  readonly dropped?: readonly Field[];
}

/**
 * Creates and changes the tables of collections, with their indexes and triggers. It returns statements: the built-in
 * database runs them in the batch that changes the collection's entry, any other by `run`.
 */
export interface SchemaEditor {
  createTable(collection: Collection, targetOf: TargetOf): SqlQuery[];
  changeTable(change: TableChange): SqlQuery[];
  dropTable(collection: Collection): SqlQuery[];
  /** Replaces the table's triggers with the current ones. */
  replaceTriggers(collection: Collection): SqlQuery[];
  /** Whether an item has a longer text there, in bytes; `path` leads into a document. */
  hasLongerText(collection: Collection, at: Field | readonly string[], bytes: number): Promise<boolean>;
  /** All or nothing. */
  run(statements: readonly SqlQuery[]): Promise<void>;
}
