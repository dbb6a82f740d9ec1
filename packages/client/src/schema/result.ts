import type { JsonObject } from "@plinth/core";
import type { AnyCollection, AnyField, AnySchema, IsUntyped, Slug } from "./field.ts";
import type { Grouped, Measured } from "./measures.ts";
import type { Below, CastOf, CastValue, First, NameOf, Names, ValueOf } from "./names.ts";
import type { At } from "./paths.ts";
import type { RowOf, StoredName } from "./rows.ts";

/** An item as the query returns it. */
export type Result<S extends AnySchema, C extends Slug<S>, Q> =
  IsUntyped<S> extends true ? JsonObject : Level<S, S[C], FieldsOf<Q, "*">, ExpandOf<Q>>;

type FieldsOf<Q, Otherwise extends string> = Q extends { readonly fields: infer Texts } ? Names<Texts> : Otherwise;
type ExpandOf<Q> = Q extends { readonly expand: infer E } ? E : undefined;

/** A row with the fields `N`, and with the relations that `N` and `E` name. */
type Level<S extends AnySchema, F extends AnyCollection, N extends string, E> = [N, E] extends ["*", undefined]
  ? RowOf<F>
  : string extends N
    ? // Known only while the program runs.
      Partial<RowOf<F>> & { [K in "id" | ExpandedBy<E>]: Value<S, F, "*", E, K> }
    : { [K in NameIn<F, N> | ExpandedBy<E>]: Value<S, F, N, E, K> } & RestOf<F, N> & Spreads<S, F, E>;

type NameIn<F extends AnyCollection, N extends string> = "id" | (N extends "*" ? StoredName<F> : First<NameOf<N>>);

/** All further keys of a document. */
type RestOf<F extends AnyCollection, N> = "*" extends keyof F & N ? { [key: string]: unknown } : unknown;

type ExpandedBy<E> = E extends string | readonly string[]
  ? First<Names<E>>
  : { [K in keyof E]: E[K] extends Spreading ? never : K }[keyof E] & string;

// Evaluated for those values only that a program uses.
type Value<S extends AnySchema, F extends AnyCollection, N extends string, E, K extends string> =
  K extends ExpandedBy<E>
    ? Expansion<S, RelationOf<F, K, OptionsOf<E, K>>, BelowOr<"*", N, K>, OptionsOf<E, K>>
    : [Below<N, K>] extends [never]
      ? [Extract<N, `${K}:${string}`>] extends [never]
        ? OwnValue<S, F, K>
        : RenamedValue<S, F, Extract<N, `${K}:${string}`>>
      : Expansion<S, RelationOf<F, K, unknown>, Below<N, K>, unknown>;

type OwnValue<S extends AnySchema, F extends AnyCollection, K extends string> = K extends keyof F
  ? F[K]["presence"] extends "list" | "path"
    ? Expansion<S, F[K], "*", unknown>
    : F[K]["read"]
  : unknown;

type RenamedValue<S extends AnySchema, F extends AnyCollection, N extends string> = CastValue<
  CastOf<N>,
  At<S, F, ValueOf<N>>["read"]
>;

type BelowOr<Otherwise extends string, N extends string, K extends string> = [Below<N, K>] extends [never]
  ? Otherwise
  : Below<N, K>;

/** The options in `expand` for a name, in the form of an object. */
type OptionsOf<E, K extends string> = E extends string | readonly string[]
  ? [Below<Names<E>, K>] extends [never]
    ? unknown
    : { readonly expand: Below<Names<E>, K> }
  : K extends keyof E
    ? E[K]
    : unknown;

type RelationOf<F extends AnyCollection, K extends string, O> = O extends { readonly relation: infer R extends keyof F }
  ? F[R]
  : K extends keyof F
    ? F[K]
    : never;

/** An item that the caller may not read is null. */
type Expansion<S extends AnySchema, R extends AnyField, N extends string, O> = O extends {
  readonly aggregates: infer M;
}
  ? O extends { readonly group_by: readonly (infer G)[] }
    ? (Measured<S, S[R["to"]], M> & Grouped<S, S[R["to"]], G>)[]
    : Measured<S, S[R["to"]], M>
  : R["kind"] extends "many"
    ? Level<S, S[R["to"]], FieldsOf<O, N>, ExpandOf<O>>[]
    : Level<S, S[R["to"]], FieldsOf<O, N>, ExpandOf<O>> | null;

interface Spreading {
  readonly spread: true;
}

type SpreadBy<E> = E extends string | readonly string[]
  ? never
  : { [K in keyof E]: E[K] extends Spreading ? K : never }[keyof E] & string;

/** What relations put into the item itself. */
type Spreads<S extends AnySchema, F extends AnyCollection, E> = [SpreadBy<E>] extends [never]
  ? unknown
  : Together<
      {
        [K in SpreadBy<E>]: Spread<
          Expansion<S, RelationOf<F, K, OptionsOf<E, K>>, "*", OptionsOf<E, K>>,
          OptionsOf<E, K>
        >;
      }[SpreadBy<E>]
    >;

/** Each value, or a list of values. */
type Spread<Of, O> = Of extends readonly (infer Item)[]
  ? { [K in SpreadName<O, keyof Item>]: Item[K][] }
  : { [K in SpreadName<O, keyof NonNullable<Of>>]: NonNullable<Of>[K] | Extract<Of, null> };

/** The id is returned with every item, but spread only if it is named. */
type SpreadName<O, Name> = O extends { readonly fields: infer Texts }
  ? Exclude<Name, Exclude<"id", NameOf<Names<Texts>>>>
  : Name;

type Together<U> = (U extends unknown ? (of: U) => void : never) extends (of: infer All) => void ? All : never;
