import type { JsonObject } from "@plinth/core";
import type { MistakeIn, WrongPath } from "./checked.ts";
import type { AnyCollection, AnySchema, IsUntyped, Slug } from "./field.ts";
import type { CastValue } from "./names.ts";
import type { At } from "./paths.ts";
import type { Measure } from "./query.ts";

/** A row of what is computed over items. */
export type AggregateRow<S extends AnySchema, C extends Slug<S>, M, G> =
  IsUntyped<S> extends true ? JsonObject : Measured<S, S[C], M> & Grouped<S, S[C], G>;

/** Nothing that is not in `M` for functions of fields that there are; else, by name, what is wrong. */
export type CheckedMeasures<S extends AnySchema, C extends Slug<S>, M> =
  IsUntyped<S> extends true ? unknown : { readonly [A in keyof M]: MistakeIn<WrongMeasure<S, S[C], M[A]>> };

type WrongMeasure<S extends AnySchema, F extends AnyCollection, M> = {
  [Fn in Exclude<keyof M, "cast">]: M[Fn] extends infer P extends string ? WrongKnown<S, F, P> : never;
}[Exclude<keyof M, "cast">];

/** The same for groups. */
export type CheckedGroups<S extends AnySchema, C extends Slug<S>, G> =
  IsUntyped<S> extends true ? unknown : MistakeIn<WrongKnown<S, S[C], GroupPath<G>>>;

/** Names that are not known until the program runs are not checked. */
type WrongKnown<S extends AnySchema, F extends AnyCollection, P extends string> = string extends P
  ? never
  : WrongPath<S, F, Exclude<P, "*">>;

/** The values of named aggregates. */
export type Measured<S extends AnySchema, F extends AnyCollection, M> = {
  -readonly [A in keyof M]: MeasuredValue<S, F, M[A]>;
};

type MeasuredValue<S extends AnySchema, F extends AnyCollection, M> = M extends { readonly cast: infer T }
  ? CastValue<T, null>
  : M extends { readonly count: string } | { readonly count_distinct: string }
    ? number
    : M extends { readonly avg: string }
      ? number | null
      : M extends { readonly [Fn in keyof Measure]: infer P extends string }
        ? At<S, F, P>["read"] | null
        : never;

/** The values that are the same in all items of a group. */
export type Grouped<S extends AnySchema, F extends AnyCollection, G> = {
  [P in G as GroupName<P>]: P extends { readonly cast: "text" } ? string | null : At<S, F, GroupPath<P>>["read"] | null;
};

type GroupPath<G> = G extends { readonly field: infer P extends string } ? P : G extends string ? G : never;
type GroupName<G> = G extends { readonly as: infer Name extends string } ? Name : Underscored<GroupPath<G>>;
type Underscored<P extends string> = P extends `${infer A}.${infer B}` ? `${A}_${Underscored<B>}` : P;
