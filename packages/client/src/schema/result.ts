import type { JsonObject } from "@plinth/core";
import type { AnyCollection, AnyField, AnySchema, IsUntyped, Slug } from "./field.ts";
import type { Below, CastOf, First, NameOf, Names, NotRenamed, Renamed, ValueOf } from "./names.ts";
import type { At } from "./paths.ts";
import type { Measure } from "./query.ts";
import type { Row } from "./rows.ts";

/** An item as the query returns it. */
export type Result<S extends AnySchema, C extends Slug<S>, Q> =
  IsUntyped<S> extends true ? JsonObject : Level<S, C, FieldsOf<Q>, ExpandOf<Q>>;

type FieldsOf<Q> = Q extends { readonly fields: infer Texts } ? Names<Texts> : "*";
type ExpandOf<Q> = Q extends { readonly expand: infer E } ? E : undefined;

/** A row with the fields `N`, and with the relations that these and `E` name. */
type Level<S extends AnySchema, C extends Slug<S>, N extends string, E> = [N, E] extends ["*", undefined]
  ? Row<S, C>
  : Flat<Own<S, C, N>, Related<S, C, N, E>>;

/** `B` takes precedence. */
type Flat<A, B> = { [K in keyof A | keyof B]: K extends keyof B ? B[K] : K extends keyof A ? A[K] : never };

type Own<S extends AnySchema, C extends Slug<S>, N extends string> = string extends N
  ? // Known only while the program runs.
    Partial<Row<S, C>> & Pick<Row<S, C>, "id" & keyof Row<S, C>>
  : OwnFields<S, C, N> & { [R in Renamed<N> as NameOf<R>]: CastValue<CastOf<R>, At<S, S[C], ValueOf<R>>["read"]> };

type OwnFields<S extends AnySchema, C extends Slug<S>, N extends string> = "*" extends N
  ? Row<S, C>
  : Pick<Row<S, C>, ("id" | NotRenamed<N>) & keyof Row<S, C>>;

interface CastTypes {
  readonly text: string;
  readonly number: number;
  readonly integer: number;
  readonly boolean: boolean;
  readonly date: string;
  readonly timestamp: string;
}

type CastValue<T, V> = [T] extends [never]
  ? V
  : T extends keyof CastTypes
    ? CastTypes[T] | (null extends V ? null : never)
    : never;

/** The relations of a level under their names in the answer, and what is spread into it. */
type Related<S extends AnySchema, C extends Slug<S>, N extends string, E> = {
  [K in Exclude<Expanded<S[C], N, E>, Spreading<E>>]: Expansion<S, C, K, N, OptionsOf<E, K>>;
} & ([Spreading<E>] extends [never] ? unknown : Spread<S, C, N, E>);

type Expanded<F extends AnyCollection, N extends string, E> =
  | (string extends N ? never : ExpandedByFields<F, NotRenamed<N>>)
  | (E extends string | readonly string[] ? First<Names<E>> : E extends object ? keyof E & string : never);

/** `author.name`; the name of a list. */
type ExpandedByFields<F extends AnyCollection, N extends string> = N extends keyof F
  ? F[N]["presence"] extends "list" | "path"
    ? N
    : never
  : N extends `${infer Name}.${string}`
    ? Name
    : never;

/** The options in `expand` for a name, in the form of an object. */
type OptionsOf<E, K extends string> = E extends string | readonly string[]
  ? [Below<Names<E>, K>] extends [never]
    ? unknown
    : { readonly expand: Below<Names<E>, K> }
  : K extends keyof E
    ? E[K]
    : unknown;

type RelationOf<F extends AnyCollection, K extends string, O> = O extends { readonly relation: infer R extends string }
  ? R extends keyof F
    ? F[R]
    : never
  : K extends keyof F
    ? F[K]
    : never;

type Expansion<S extends AnySchema, C extends Slug<S>, K extends string, N extends string, O> = Items<
  RelationOf<S[C], K, O>,
  Content<S, RelationOf<S[C], K, O>, BelowFields<N, K, O>, O>,
  O
>;

/** An item that the caller may not read is null. */
type Items<F extends AnyField, Item, O> = O extends { readonly aggregates: object }
  ? O extends { readonly group_by: readonly unknown[] }
    ? Item[]
    : Item
  : F["kind"] extends "many"
    ? Item[]
    : Item | null;

type Content<S extends AnySchema, F extends AnyField, N extends string, O> = O extends {
  readonly aggregates: infer M;
}
  ? Measured<S, F["to"], M> & Grouped<S, F["to"], O>
  : F["to"] extends Slug<S>
    ? Level<S, F["to"], N, ExpandOf<O>>
    : never;

/** The options' own `fields`, else those of the level above that lead here. */
type BelowFields<N extends string, K extends string, O> = O extends { readonly fields: infer Texts }
  ? Names<Texts>
  : [Below<NotRenamed<N>, K>] extends [never]
    ? "*"
    : Below<NotRenamed<N>, K>;

type Measured<S extends AnySchema, C extends Slug<S>, M> = { -readonly [A in keyof M]: MeasuredValue<S, S[C], M[A]> };

type MeasuredValue<S extends AnySchema, F extends AnyCollection, M> = M extends { readonly cast: infer T }
  ? CastValue<T, null>
  : M extends { readonly count: string } | { readonly count_distinct: string }
    ? number
    : M extends { readonly avg: string }
      ? number | null
      : M extends { readonly [Fn in keyof Measure]: infer P extends string }
        ? At<S, F, P>["read"] | null
        : never;

type Grouped<S extends AnySchema, C extends Slug<S>, O> = O extends { readonly group_by: readonly (infer G)[] }
  ? { [P in G as GroupName<P>]: At<S, S[C], GroupPath<P>>["read"] | null }
  : unknown;

type GroupPath<G> = G extends { readonly field: infer P extends string } ? P : G extends string ? G : never;
type GroupName<G> = G extends { readonly as: infer Name extends string } ? Name : Underscored<GroupPath<G>>;
type Underscored<P extends string> = P extends `${infer A}.${infer B}` ? `${A}_${Underscored<B>}` : P;

type Spreading<E> = E extends string | readonly unknown[]
  ? never
  : { [K in keyof E]: E[K] extends { readonly spread: true } ? K : never }[keyof E] & string;

type Spread<S extends AnySchema, C extends Slug<S>, N extends string, E> = Together<
  { [K in Spreading<E>]: SpreadValues<Expansion<S, C, K, N, OptionsOf<E, K>>, OptionsOf<E, K>> }[Spreading<E>]
>;

/** The names of the level's `fields` or `aggregates`, each with its value, or with a list of values. */
type SpreadValues<Of, O> = Of extends readonly (infer Item)[]
  ? { [K in SpreadName<O, keyof Item>]: Item[K][] }
  : { [K in SpreadName<O, keyof NonNullable<Of>>]: NonNullable<Of>[K] | Extract<Of, null> };

/** The id is returned with every item, but spread only if it is named. */
type SpreadName<O, Name> = O extends { readonly fields: infer Texts }
  ? Exclude<Name, Exclude<"id", NameOf<Names<Texts>>>>
  : Name;

type Together<U> = (U extends unknown ? (of: U) => void : never) extends (of: infer All) => void ? All : never;
