import type { AnyCollection, AnyField, AnySchema, IsUntyped, RelationName, Slug } from "./field.ts";
import type { FieldFilter, Filter, ManyOperators, OneOperators, OperatorsOf } from "./filter.ts";
import type { First, Names, ValueOf } from "./names.ts";
import type { At } from "./paths.ts";
import type { ExpandOptions, Query } from "./query.ts";

/**
 * Unknown for a query without mistakes; else what is wrong, by option. A method takes `Q & Checked<S, C, Q>`: TypeScript
 * does not look for unknown names in a type that it infers, and could not list all paths.
 */
export type Checked<S extends AnySchema, C extends Slug<S>, Q> =
  IsUntyped<S> extends true
    ? unknown
    : Query<S, C> extends Q
      ? unknown
      : [WrongOptions<S, C, Q, QueryOption>] extends [never]
        ? unknown
        : Marked<S, C, Q, QueryOption>;

type QueryOption = keyof Query<AnySchema, string>;
type ExpandOption = keyof ExpandOptions<AnySchema, string>;

/** The options, with a mistake in the place of each that is wrong. Only for what does not compile. */
export type Marked<S extends AnySchema, C extends Slug<S>, Q, Option> = {
  readonly [K in keyof Q]: K extends "filter"
    ? { readonly [P in keyof Q[K]]: MistakeIn<WrongMember<S, C, P, Q[K][P]>> }
    : [K, Q[K]] extends ["expand", { readonly [name: string]: unknown }]
      ? { readonly [R in keyof Q[K]]: MarkedExpansion<S, C, R, Q[K][R]> }
      : MistakeIn<WrongOption<S, C, K, Q[K], Option>>;
};

type MarkedExpansion<S extends AnySchema, C extends Slug<S>, K, O> = [WrongExpansion<S, C, K, O>] extends [never]
  ? unknown
  : K extends RelationName<S[C]>
    ? Marked<S, S[C][K]["to"], O, ExpandOption>
    : MistakeIn<WrongExpansion<S, C, K, O>>;

export type MistakeIn<Why> = [Why] extends [never] ? unknown : Mistake<Why>;

/** What the compiler's error shows. */
export interface Mistake<Why> {
  readonly mistake: Why;
}

// Each of these finds mistakes: a union of texts, `never` where all is well. They build no types of the shape of the
// query, which would cost the compiler most for the lists in it.

export type WrongOptions<S extends AnySchema, C extends Slug<S>, Q, Option> = {
  [K in keyof Q]: WrongOption<S, C, K, Q[K], Option>;
}[keyof Q];

type WrongOption<S extends AnySchema, C extends Slug<S>, K, G, Option> = K extends "filter"
  ? WrongFilter<S, C, NonNullable<G>>
  : K extends "fields"
    ? WrongField<S, S[C], Names<G>>
    : K extends "expand"
      ? G extends string | readonly string[]
        ? WrongRelation<S, S[C], Names<G>>
        : WrongExpansions<S, C, NonNullable<G>>
      : K extends "sort"
        ? WrongSort<S, S[C], Names<G>>
        : K extends Option
          ? never
          : `There is no option ${K & string}`;

/** Names that are not known until the program runs are not checked. */
type WrongField<S extends AnySchema, F extends AnyCollection, N extends string> = string extends N
  ? never
  : N extends keyof F | "*"
    ? never
    : N extends `${string}:${string}`
      ? WrongRenamed<S, F, ValueOf<N>>
      : WrongPath<S, F, WithoutStar<N>> | Unnamed<S, F, N>;

/** Only values of the item itself get another name. */
type WrongRenamed<S extends AnySchema, F extends AnyCollection, P extends string> =
  First<P> extends RelationName<F>
    ? P extends keyof F
      ? never
      : `${P} belongs to related items: use expand`
    : WrongPath<S, F, P>;

/** What is inside JSON needs a name. */
type Unnamed<S extends AnySchema, F extends AnyCollection, P extends string> = P extends `${string}.${string}`
  ? [At<S, F, P>["presence"]] extends ["inside"]
    ? [At<S, F, P>] extends [never]
      ? never
      : `Give ${P} a name, as in name:${P}`
    : never
  : never;

type WithoutStar<P extends string> = P extends `${infer Relation}.*` ? Relation : P;

export type WrongPath<S extends AnySchema, F extends AnyCollection, P extends string> = P extends P
  ? [At<S, F, P>] extends [never]
    ? `There is no field ${P}`
    : never
  : never;

type WrongSort<S extends AnySchema, F extends AnyCollection, N extends string> = string extends N
  ? never
  : WrongPath<S, F, N extends `-${infer P}` ? P : N>;

type WrongRelation<S extends AnySchema, F extends AnyCollection, N extends string> = string extends N
  ? never
  : N extends N
    ? [At<S, F, N>] extends [never]
      ? `There is no relation ${N}`
      : At<S, F, N>["kind"] extends "one" | "many"
        ? never
        : `${N} is not a relation`
    : never;

type WrongExpansions<S extends AnySchema, C extends Slug<S>, E> = string extends keyof E
  ? never
  : { [K in keyof E]: WrongExpansion<S, C, K, E[K]> }[keyof E];

/** TypeScript knows the options of a relation by its name, and not those under a name of your own. */
type WrongExpansion<S extends AnySchema, C extends Slug<S>, K, O> = O extends { readonly relation: infer R }
  ? R extends RelationName<S[C]>
    ? O extends ExpandOptions<S, S[C][R]["to"]>
      ? WrongOptions<S, S[C][R]["to"], O, ExpandOption>
      : `The options do not fit ${R & string}`
    : `There is no relation ${R & string}`
  : K extends RelationName<S[C]>
    ? O extends true
      ? never
      : WrongOptions<S, S[C][K]["to"], O, ExpandOption>
    : `There is no relation ${K & string}`;

/** A key of every type of filters, and of no filter that is written out. */
type AnyPath = `${string}.${string}`;

/** A filter whose parts are not known, such as an annotated one, may be another collection's. */
type WrongFilter<S extends AnySchema, C extends Slug<S>, G> = G extends G
  ? AnyPath extends keyof G
    ? WrongWhole<S, C, G>
    : { [K in keyof G]: WrongMember<S, C, K, G[K]> }[keyof G]
  : never;

type WrongWhole<S extends AnySchema, C extends Slug<S>, G> = [Exclude<keyof G, keyof Filter<S, C>>] extends [never]
  ? never
  : "The filter is for another collection";

type WrongMember<S extends AnySchema, C extends Slug<S>, K, G> = K extends "_and" | "_or" | "$and" | "$or"
  ? G extends readonly (infer Part)[]
    ? WrongFilter<S, C, Part>
    : never
  : K extends "_not" | "$not"
    ? WrongFilter<S, C, G>
    : K extends keyof S[C]
      ? WrongCondition<S, S[C][K], G>
      : K extends string
        ? WrongPathCondition<S, At<S, S[C], K>, K, G>
        : never;

type WrongPathCondition<S extends AnySchema, F extends AnyField, K extends string, G> = [F] extends [never]
  ? `There is no field ${K}`
  : G extends FieldFilter<S, F>
    ? WrongCondition<S, F, G>
    : `The condition does not fit ${K}`;

type WrongCondition<S extends AnySchema, F extends AnyField, G> = G extends object
  ? F["kind"] extends "json"
    ? never
    : F["kind"] extends "one"
      ? WrongRelated<S, F["to"], G, keyof OneOperators>
      : F["kind"] extends "many"
        ? WrongRelated<S, F["to"], G, keyof ManyOperators<unknown>>
        : `There is no operator ${Exclude<keyof G, ConditionKey<F["kind"]>> & string} here`
  : never;

type ConditionKey<K extends AnyField["kind"]> = keyof OperatorsOf<unknown>[K] | "$literal" | "$now";

type WrongRelated<S extends AnySchema, C extends Slug<S>, G, Operator> = AnyPath extends keyof G
  ? WrongWhole<S, C, G>
  : {
      [K in keyof G]: K extends "_some" | "_none" | "_every"
        ? WrongFilter<S, C, G[K]>
        : K extends Operator | "$literal" | "$now"
          ? never
          : WrongMember<S, C, K, G[K]>;
    }[keyof G];
