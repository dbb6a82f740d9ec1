import type { AggregateFunction, Bucket, CastType, Json, SortInput } from "@plinth/core";

/** One function of a field or path, or `count` of `*`. */
export type MeasureInput = { readonly [fn in AggregateFunction]?: string | undefined } & {
  readonly cast?: CastType | undefined;
};

export type GroupInput =
  | string
  | {
      readonly field: string;
      readonly as?: string | undefined;
      readonly bucket?: Bucket | undefined;
      readonly time_zone?: string | undefined;
      readonly cast?: "text" | undefined;
    };

/** An aggregate of a collection's items: one row for all of them, or one for each group. */
export interface AggregateInput {
  readonly aggregates: { readonly [as: string]: MeasureInput };
  readonly group_by?: readonly GroupInput[] | undefined;
  readonly filter?: Json | undefined;
  /** A filter on the results. */
  readonly having?: Json | undefined;
  /** An order by the results. */
  readonly sort?: readonly SortInput[] | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}
