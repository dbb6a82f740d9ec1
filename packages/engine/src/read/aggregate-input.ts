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

/** What is computed of a collection's items, for all of them or for each group. */
export interface AggregateInput {
  readonly aggregates: { readonly [as: string]: MeasureInput };
  readonly group_by?: readonly GroupInput[] | undefined;
  readonly filter?: Json | undefined;
  /** Of the results. */
  readonly having?: Json | undefined;
  /** By results. */
  readonly sort?: readonly SortInput[] | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}
