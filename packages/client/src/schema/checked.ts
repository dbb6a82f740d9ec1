import type { AnyCollection, AnyField, AnySchema, IsUntyped, RelationName, Slug } from "./field.ts";
import type { FieldFilter, Filter, ManyOperators, OneOperators, OperatorsOf } from "./filter.ts";
import type { Names, ValueOf } from "./names.ts";
import type { At } from "./paths.ts";
import type { ExpandOptions, Query } from "./query.ts";

/**
 * The query again, with a text that says what is wrong in place of each part that is. A method takes `Q & Checked<S, C,
 * Q>`: TypeScript does not look for unknown names in a type that it infers, and could not list all paths.
 */
export type Checked<S extends AnySchema, C extends Slug<S>, Q> =
  IsUntyped<S> extends true ? unknown : CheckedOptions<S, C, Q, keyof Query<S, C>>;

type CheckedOptions<S extends AnySchema, C extends Slug<S>, Q, Option> = {
  readonly [K in keyof Q]: K extends Option
    ? K extends keyof Checks<S, C, unknown>
      ? Checks<S, C, Q[K]>[K]
      : unknown
    : Mistake<`There is no option ${K & string}`>;
};

interface Checks<S extends AnySchema, C extends Slug<S>, G> {
  readonly filter: CheckedFilter<S, C, NonNullable<G>>;
  readonly sort: CheckedTexts<WrongSort<S, S[C], Names<G>>>;
  readonly fields: CheckedTexts<WrongField<S, S[C], Names<G>>>;
  readonly expand: G extends string | readonly string[]
    ? CheckedTexts<WrongRelation<S, S[C], Names<G>>>
    : CheckedExpand<S, C, G>;
}

/** What an error of the compiler shows in place of a wrong part. */
interface Mistake<Why extends string> {
  readonly mistake: Why;
}

/** Texts that are not known until the program runs are not checked. */
type CheckedTexts<Wrong> = [Wrong] extends [never] ? unknown : Wrong;

type WrongField<S extends AnySchema, F extends AnyCollection, N extends string> = string extends N
  ? never
  : N extends keyof F | "*"
    ? never
    : WithoutStar<ValueOf<N>> extends infer P extends string
      ? [At<S, F, P>] extends [never]
        ? Mistake<`There is no field ${P}`>
        : never
      : never;

type WithoutStar<P extends string> = P extends `${infer Relation}.*` ? Relation : P;

type WrongSort<S extends AnySchema, F extends AnyCollection, N extends string> = string extends N
  ? never
  : N extends `-${infer P}`
    ? WrongField<S, F, P>
    : WrongField<S, F, N>;

type WrongRelation<S extends AnySchema, F extends AnyCollection, N extends string> = string extends N
  ? never
  : N extends string
    ? At<S, F, N>["kind"] extends "one" | "many"
      ? [At<S, F, N>] extends [never]
        ? Mistake<`There is no relation ${N}`>
        : never
      : Mistake<`There is no relation ${N}`>
    : never;

type CheckedExpand<S extends AnySchema, C extends Slug<S>, E> = string extends keyof E
  ? unknown
  : { readonly [K in keyof E]: CheckedExpansion<S, C, K, E[K]> };

/** TypeScript knows the options of a relation by its name, and not those under a name of your own. */
type CheckedExpansion<S extends AnySchema, C extends Slug<S>, K, O> = O extends {
  readonly relation: infer R extends string;
}
  ? R extends RelationName<S[C]>
    ? O extends ExpandOptions<S, S[C][R]["to"]>
      ? CheckedOptions<S, S[C][R]["to"], O, keyof ExpandOptions<S, S[C][R]["to"]>>
      : Mistake<`The options do not fit ${R}`>
    : Mistake<`There is no relation ${R}`>
  : K extends RelationName<S[C]>
    ? CheckedOptions<S, S[C][K]["to"], O, keyof ExpandOptions<S, S[C][K]["to"]>>
    : Mistake<`There is no relation ${K & string}`>;

type CheckedFilter<S extends AnySchema, C extends Slug<S>, G> =
  Filter<S, C> extends G ? CheckedWhole<S, C, G> : { readonly [K in keyof G]: CheckedMember<S, C, K, G[K]> };

/** A filter whose parts are not known, such as an annotated one: it may be another collection's. */
type CheckedWhole<S extends AnySchema, C extends Slug<S>, G> = [Exclude<keyof G, keyof Filter<S, C>>] extends [never]
  ? unknown
  : Mistake<"The filter is for another collection">;

type CheckedMember<S extends AnySchema, C extends Slug<S>, K, G> = K extends "_and" | "_or" | "$and" | "$or"
  ? { readonly [I in keyof G]: CheckedFilter<S, C, G[I]> }
  : K extends "_not" | "$not"
    ? CheckedFilter<S, C, G>
    : K extends keyof S[C]
      ? CheckedCondition<S, S[C][K], G>
      : K extends string
        ? CheckedPath<S, At<S, S[C], K>, K, G>
        : unknown;

type CheckedPath<S extends AnySchema, F extends AnyField, K extends string, G> = [F] extends [never]
  ? Mistake<`There is no field ${K}`>
  : G extends FieldFilter<S, F>
    ? CheckedCondition<S, F, G>
    : Mistake<`The condition does not fit ${K}`>;

type CheckedCondition<S extends AnySchema, F extends AnyField, G> = F["kind"] extends "json"
  ? unknown
  : G extends object
    ? F["kind"] extends "one"
      ? CheckedRelated<S, F["to"], G, keyof OneOperators>
      : F["kind"] extends "many"
        ? CheckedRelated<S, F["to"], G, keyof ManyOperators<unknown>>
        : {
            readonly [K in keyof G]: K extends ConditionKey<F>
              ? unknown
              : Mistake<`There is no operator ${K & string} here`>;
          }
    : unknown;

type ConditionKey<F extends AnyField> = keyof OperatorsOf<unknown>[F["kind"]] | "$literal" | "$now";

type CheckedRelated<S extends AnySchema, C extends Slug<S>, G, Operator> =
  Filter<S, C> extends G
    ? CheckedWhole<S, C, G>
    : {
        readonly [K in keyof G]: K extends "_some" | "_none" | "_every"
          ? CheckedFilter<S, C, G[K]>
          : K extends Operator | "$literal" | "$now"
            ? unknown
            : CheckedMember<S, C, K, G[K]>;
      };
