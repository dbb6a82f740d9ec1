import type { AnyCollection, AnySchema } from "./field.ts";
import type { CastValue } from "./names.ts";
import type { At } from "./paths.ts";
import type { Measure } from "./query.ts";

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
  [P in G as GroupName<P>]: At<S, F, GroupPath<P>>["read"] | null;
};

type GroupPath<G> = G extends { readonly field: infer P extends string } ? P : G extends string ? G : never;
type GroupName<G> = G extends { readonly as: infer Name extends string } ? Name : Underscored<GroupPath<G>>;
type Underscored<P extends string> = P extends `${infer A}.${infer B}` ? `${A}_${Underscored<B>}` : P;
