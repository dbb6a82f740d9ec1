import type { Json } from "../json.ts";
import type { FieldType } from "./table.ts";

export type OnDelete = "restrict" | "cascade" | "set_null";

export interface Field {
  name: string;
  type: FieldType;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  /** An index for `_ieq`. */
  indexed_ignore_case?: boolean;
  /** An index for `_unaccent_eq` and `_unaccent_starts_with`, and for `_ieq` and `_istarts_with` as well. */
  indexed_ignore_accents?: boolean;
  /** A constant, or `"$now"` for timestamps and dates, or `"$uuid"` for uuids. */
  default?: Json;
  /** Bounds of `integer`, `number`, `decimal` (inclusive), or of `timestamp`/`date` as text. */
  min?: number | string;
  max?: number | string;
  /** Characters (Unicode code points) of texts. */
  min_length?: number;
  max_length?: number;
  /** A regular expression (ECMAScript, `v` flag off, `u` flag on) that text must match somewhere. */
  pattern?: string;
  /** The choices of an `enum`. */
  values?: string[];
  /** The collection that a relation or a list points to. */
  to?: string;
  /**
   * `relation_many`: the relation field that refers back here, in `to`, or in `through` where there is a junction. Such
   * a field has no column.
   */
  via?: string;
  /** `relation_many` over a junction: the collection whose items link the two sides … */
  through?: string;
  /** … and its relation field that points to `to`. */
  target?: string;
  on_delete?: OnDelete;
  /** `relation`: what a caller needs to refer to an item. `read`, the default: read access to it. */
  target_access?: "read" | "none";
  /** `file`, `files`: what a file must be that the field is set to: in this bucket … */
  bucket?: string;
  /** … of one of these media types, `image/*` for all images … */
  content_types?: string[];
  /** … and of at most this size. */
  max_bytes?: number;
  /** `files`: how many files the list may have. */
  max_count?: number;
  /** `file`: the file is deleted with the item that refers to it. `files`: a file is deleted when it leaves the list. */
  delete_with_item?: boolean;
  /** Digits in total (≤ 18) and after the point of a `decimal`. Default 18 and 2. */
  precision?: number;
  scale?: number;
  note?: string;
  /** The physical column, if its name differs from the field's. Never part of a request. */
  column?: string;
  /** The limit of an indexed text in bytes. Never part of a definition. */
  index_bytes?: number;
}
