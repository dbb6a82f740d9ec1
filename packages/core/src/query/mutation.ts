import type { Field } from "../fields/field.ts";
import type { Json } from "../json.ts";
import type { Collection } from "../schema.ts";
import type { CompareOp, Condition, FieldValue, Find, ReadPolicy, Row } from "./query.ts";

/** A change that depends on the current value, made inside the database. Null counts as 0, or as an empty list. */
export interface FieldChange {
  /** `DOCUMENT_FIELD` where `key` names a top-level key of a document. */
  readonly field: Field;
  readonly key?: string;
  readonly op: "inc" | "append" | "remove" | "replace_start";
  /** A number in the field's form for `inc`, a `TextStart` for `replace_start`, a list for the others. */
  readonly value: Json;
  /** Fails the batch under this label where the value is of another kind or the result is out of bounds. */
  readonly label: string;
}

/** So many characters at the start of a text become another text. */
export interface TextStart {
  readonly characters: number;
  readonly by: string;
}

/** A caller's filter on the items to be written or guarded: hidden fields count as null. */
export interface CallerFilter {
  readonly policy: ReadPolicy;
  readonly where: Condition;
}

/** An allowed change of an item: conditions on its old and its new state. */
export interface Transition {
  readonly before: Condition;
  /** Evaluated on the item's new values; related items are in their old state. */
  readonly after: Condition;
}

/** What to do with an item whose `fields` equal those of a new one. */
export interface OnConflict {
  readonly fields: readonly string[];
  /** Fields that take the new item's values; null leaves the item unchanged. */
  readonly update: readonly string[] | null;
  /** Items that may be updated; another one fails the batch under `label`. */
  readonly where: Condition;
  /** If present, one of them must hold as well. */
  readonly transitions?: readonly Transition[];
  readonly label: string;
}

/** What one of several items takes. */
export interface RowValues {
  readonly id: string;
  /** The version that the item must have. Absent: any. */
  readonly version?: number | undefined;
  readonly values: Row;
}

export type Mutation =
  /** `rows` are complete: one value per entry of `collection.stored`. With `on_conflict`, returns the rows it wrote. */
  | {
      readonly kind: "insert";
      readonly collection: Collection;
      readonly rows: readonly Row[];
      readonly on_conflict?: OnConflict;
    }
  /** Sets fields, including `updated_at`, and increments `version`. */
  | {
      readonly kind: "update";
      readonly collection: Collection;
      readonly where: Condition;
      readonly callerFilter?: CallerFilter;
      readonly set: Row;
      /** Document collections: RFC 7396 merge instead of replacement of the document. */
      readonly merge?: boolean;
      readonly changes?: readonly FieldChange[];
      /** If present, one must hold for each item; otherwise the batch fails under the label. */
      readonly transitions?: { readonly of: readonly Transition[]; readonly label: string };
      /** Return the rows as they are after the update, or only their ids. */
      readonly returning?: "row" | "id";
    }
  /**
   * Each item takes its own values of the same fields, and `set` as all do; `version` increases. Of a document, the values are merged
   * into it. Items that do not satisfy `where` stay as they are.
   */
  | {
      readonly kind: "update_each";
      readonly collection: Collection;
      readonly where: Condition;
      readonly fields: readonly string[];
      readonly rows: readonly RowValues[];
      readonly set: Row;
      readonly transitions?: { readonly of: readonly Transition[]; readonly label: string };
      /** An item with another version than that of its row fails the batch under it. */
      readonly label: string;
    }
  /** Reads between the writes, in the same atomic unit. `values` replace the batch's own. */
  | { readonly kind: "find"; readonly tree: Find; readonly values?: readonly FieldValue[] }
  | {
      readonly kind: "delete";
      readonly collection: Collection;
      readonly where: Condition;
      readonly callerFilter?: CallerFilter;
      /** Items deleted together may refer to each other, so references are checked after all are deleted. */
      readonly checkAfter?: boolean;
    }
  /**
   * Fails the whole batch with a `DataError` of kind `guard` and this label unless an item satisfies `where`; with
   * `expect: "none"`, unless no item does; with a list, unless the number of items satisfies each comparison.
   */
  | {
      readonly kind: "guard";
      readonly label: string;
      readonly collection: Collection;
      readonly where: Condition;
      readonly callerFilter?: CallerFilter;
      readonly expect?: "none" | readonly { readonly op: CompareOp; readonly count: number }[];
      /**
       * True: the result holds until the batch is committed, whatever others write. False: it holds when the guard
       * runs. Undefined: it holds until the commit where it depends on the guarded item alone or on related items.
       */
      readonly strict?: boolean;
      /** The items that a list of comparisons counts stay as they are until the commit: nobody else writes or deletes them. */
      readonly locks?: true;
    };
