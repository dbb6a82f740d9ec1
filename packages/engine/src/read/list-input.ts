import type { Json, SortInput } from "@plinth/core";
import type { GroupInput, MeasureInput } from "./aggregate-input.ts";

/** A value that a read returns of each item: a field, a path such as `author.name`, or `*` for all fields. */
export interface FieldInput {
  readonly path: string;
  /** The name that the value has in the answer. */
  readonly as?: string | undefined;
  /** One of `CAST_TYPES`; others are refused by name. */
  readonly cast?: string | undefined;
}

/** What is wanted of related items, by the name that they have in the answer. */
export type ExpandInput = { readonly [as: string]: ExpansionInput };

export interface ExpansionInput {
  /** The relation, where it is not the one of that name. */
  readonly relation?: string | undefined;
  readonly fields?: readonly FieldInput[] | undefined;
  readonly expand?: ExpandInput | undefined;
  readonly filter?: Json | undefined;
  readonly sort?: readonly SortInput[] | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** Items without any of these are not wanted. */
  readonly required?: boolean | undefined;
  /** The values stand beside those of the item itself. */
  readonly spread?: boolean | undefined;
  /** Present: what is computed of the related items is wanted, not the items. */
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

/** A list, as every protocol asks for it. What is out of range or unknown is refused by the name that it has here. */
export interface ListInput extends SelectionInput {
  readonly filter?: Json | undefined;
  /** Absent: the collection's own order. */
  readonly sort?: readonly SortInput[] | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** Paging by key: null for the first page, then what the page before gave. Absent: paging by offset. */
  readonly cursor?: string | null | undefined;
  /** Which counts are wanted beside the items. */
  readonly counts?: { readonly filter?: boolean; readonly total?: boolean; readonly estimate?: boolean } | undefined;
  readonly explain?: boolean | undefined;
}
