import type { Json, SortInput } from "@plinth/core";
import type { GroupInput, MeasureInput } from "./aggregate-input.ts";

/** A value to read from each item: a field, a path such as `author.name`, or `*` for all fields. */
export interface FieldInput {
  readonly path: string;
  /** The name of the value in the answer. */
  readonly as?: string | undefined;
  /** One of `CAST_TYPES`. Others are refused, and the error names them. */
  readonly cast?: string | undefined;
}

/** The related items to read, by their name in the answer. */
export type ExpandInput = { readonly [as: string]: ExpansionInput };

export interface ExpansionInput {
  /** The relation, if its name is not the key. */
  readonly relation?: string | undefined;
  readonly fields?: readonly FieldInput[] | undefined;
  readonly expand?: ExpandInput | undefined;
  readonly filter?: Json | undefined;
  readonly sort?: readonly SortInput[] | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** Leaves out items that have none of these. */
  readonly required?: boolean | undefined;
  /** The values are placed directly in the item. */
  readonly spread?: boolean | undefined;
  /** Present: aggregates of the related items instead of the items. */
  readonly aggregates?: { readonly [as: string]: MeasureInput } | undefined;
  readonly group_by?: readonly GroupInput[] | undefined;
  readonly having?: Json | undefined;
}

/** What a read returns of each item. */
export interface SelectionInput {
  /** Absent: all fields. */
  readonly fields?: readonly FieldInput[] | undefined;
  readonly expand?: ExpandInput | undefined;
}

/** A list request, the same for every protocol. Errors about values name the property as it is named here. */
export interface ListInput extends SelectionInput {
  readonly filter?: Json | undefined;
  /** Absent: the collection's own order. */
  readonly sort?: readonly SortInput[] | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** Keyset paging: null for the first page, then the cursor of the previous page. Absent: paging by offset. */
  readonly cursor?: string | null | undefined;
  /** With `cursor`: a page before it, or the last one, in the same order. */
  readonly backwards?: boolean | undefined;
  /** With `cursor`: also one for each item, by which a page can begin after it. */
  readonly cursors?: boolean | undefined;
  /** The counts to return with the items. */
  readonly counts?: { readonly filter?: boolean; readonly total?: boolean; readonly estimate?: boolean } | undefined;
  readonly explain?: boolean | undefined;
}
