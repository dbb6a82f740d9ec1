import type { Marked, Mistake, WrongOptions } from "./checked.ts";
import type { AnyCollection, AnyField, AnySchema, IsUntyped, Slug } from "./field.ts";
import type { Filter } from "./filter.ts";
import type { OwnName } from "./local.ts";

/** What of the server a replica holds. */
export interface Shape<S extends AnySchema = AnySchema, C extends Slug<S> = Slug<S>> {
  /** Default: the shape's name. */
  readonly collection?: C | undefined;
  /** As that of a list; may reach through relations. */
  readonly filter?: Filter<S, C> | undefined;
  /** The collection's own fields; `id` and `version` always come. Default: all that the caller may read. */
  readonly fields?: readonly OwnName<S, C>[] | undefined;
  /** The fields of type decimal, whose texts are compared and sorted as numbers on this device. */
  readonly decimals?: readonly OwnName<S, C>[] | undefined;
}

export type Shapes = { readonly [name: string]: Shape };

/** Shapes as far as their type can be said without their names; `CheckedShapes` says the rest. */
export type ShapesOf<S extends AnySchema> =
  IsUntyped<S> extends true
    ? Shapes
    : { readonly [C in Slug<S>]?: NamedShape<S, C> } & { readonly [name: string]: LooseShape<S> };

/** An editor proposes fields and operators where the name is that of the collection. */
type NamedShape<S extends AnySchema, C extends Slug<S>> =
  | Shape<S, C>
  | (LooseShape<S> & { readonly collection: Slug<S> });

interface LooseShape<S extends AnySchema> {
  readonly collection?: Slug<S> | undefined;
  readonly filter?: object | undefined;
  readonly fields?: readonly string[] | undefined;
  readonly decimals?: readonly string[] | undefined;
}

/** The shapes `Sh`, with a mistake in the place of what is wrong. */
export type CheckedShapes<S extends AnySchema, Sh> =
  IsUntyped<S> extends true
    ? Shapes
    : Sh & { readonly [N in keyof Sh]: CheckedShape<S, CollectionOf<N, Sh[N]>, Sh[N]> };

type CheckedShape<S extends AnySchema, C, Sh> =
  C extends Slug<S>
    ? [Exclude<keyof Sh, keyof Shape>] extends [never]
      ? Sh extends Shape<S, C>
        ? [WrongOptions<S, C, Sh, keyof Shape>] extends [never]
          ? unknown
          : Marked<S, C, Sh, keyof Shape>
        : Mistake<`The shape does not fit ${C}`>
      : Mistake<`There is no option ${Exclude<keyof Sh, keyof Shape> & string}`>
    : Mistake<`There is no collection ${C & string}`>;

type CollectionOf<Name, Sh> = Sh extends { readonly collection: infer C extends string } ? C : Name;

/** The part of the schema that the shapes hold: their collections, with the fields that they name. */
export type Held<S extends AnySchema, Sh> =
  IsUntyped<S> extends true ? S : { readonly [C in HeldSlug<S, Sh>]: HeldCollection<S[C], HeldLists<C, Sh>> };

type HeldSlug<S extends AnySchema, Sh> = { [N in keyof Sh]: CollectionOf<N, Sh[N]> }[keyof Sh] & Slug<S>;

/** Of each shape of the collection, its fields in a list, so that those of several shapes stay apart. */
type HeldLists<C, Sh> = { [N in keyof Sh]: CollectionOf<N, Sh[N]> extends C ? HeldList<Sh[N]> : never }[keyof Sh];

type HeldList<Sh> = Sh extends { readonly fields: readonly (infer K extends string)[] } ? [K] : [string];

type HeldCollection<F extends AnyCollection, Lists extends [string]> = {
  -readonly [K in keyof F as K extends AlwaysHeld | Lists[0] ? K : never]: K extends AlwaysHeld
    ? F[K]
    : [LackedBy<K, Lists>] extends [never]
      ? F[K]
      : HeldSometimes<F[K]>;
};

type AlwaysHeld = "id" | "version" | "*";

type LackedBy<K, Lists> = Lists extends [infer Own] ? (K extends Own ? never : Lists) : never;

type HeldSometimes<F extends AnyField> = Omit<F, "presence"> & { readonly presence: "optional" };
