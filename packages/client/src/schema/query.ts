import type { JsonObject } from "@plinth/core";
import type { AnyCollection, AnySchema, IsUntyped, RelationName, Slug } from "./field.ts";
import type { Filter } from "./filter.ts";

/** The parameters of a list, as docs/items.md explains them. Texts may hold several names, with commas between them. */
export interface Query<S extends AnySchema, C extends Slug<S>> extends ReadOptions<S, C> {
  readonly filter?: Filter<S, C> | undefined;
  /** Such as `["-rating", "author.name"]`. */
  readonly sort?: Texts<SortName<S[C]>> | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** Empty for the first page, then the `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly meta?: Texts<"filter_count" | "total_count" | "*"> | undefined;
  readonly count?: "exact" | "estimate" | undefined;
  readonly explain?: boolean | undefined;
}

/** What of an item is returned. */
export interface ReadOptions<S extends AnySchema, C extends Slug<S>> {
  /** Such as `["title", "author.name", "minutes:facts.minutes"]`. */
  readonly fields?: Texts<FieldName<S[C]>> | undefined;
  /** Related items to return in place of their ids: names, paths, or an object with options for each. */
  readonly expand?: (IsUntyped<S> extends true ? Texts<string> | JsonObject : Expand<S, C>) | undefined;
}

/** The options of one level of `expand`. */
export interface ExpandOptions<S extends AnySchema, C extends Slug<S>> extends ReadOptions<S, C> {
  /** The relation, if the key is a name of your own. */
  readonly relation?: string | undefined;
  readonly filter?: Filter<S, C> | undefined;
  readonly sort?: Texts<SortName<S[C]>> | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** Leaves out items without a related item that matches. */
  readonly required?: boolean | undefined;
  /** The fields become fields of the item above. */
  readonly spread?: boolean | undefined;
  readonly aggregates?: Measures | undefined;
  readonly group_by?: readonly Group[] | undefined;
  readonly having?: JsonObject | undefined;
}

export type Expand<S extends AnySchema, C extends Slug<S>> =
  | Texts<RelationName<S[C]> & string>
  | ({ readonly [K in RelationName<S[C]>]?: ExpandOptions<S, S[C][K]["to"]> | true | undefined } & {
      readonly [name: string]: object | true | undefined;
    });

/** Named results, each with one function of a field or path. */
export interface Measures {
  readonly [name: string]: Measure;
}

export interface Measure {
  readonly count?: string;
  readonly count_distinct?: string;
  readonly sum?: string;
  readonly avg?: string;
  readonly min?: string;
  readonly max?: string;
  readonly cast?: string;
}

export type Group =
  | string
  | {
      readonly field: string;
      readonly as?: string | undefined;
      readonly bucket?: "hour" | "day" | "week" | "month" | "quarter" | "year" | undefined;
      readonly time_zone?: string | undefined;
      readonly cast?: "text" | undefined;
    };

/** One text or several; those that an editor proposes, and any others. */
type Texts<Known extends string> = Known | (string & {}) | readonly (Known | (string & {}))[];

type FieldName<F extends AnyCollection> = (keyof F & string) | "*";
type SortName<F extends AnyCollection> = `${"" | "-"}${keyof F & string}`;
