import type { AnyCollection, AnyField, AnySchema, Field, Slug } from "./field.ts";

/** The field to which a path such as `author.name`, `meta.tags[0]` or `max(orders.total)` leads; never: to none. */
export type At<S extends AnySchema, F extends AnyCollection, P extends string> = P extends keyof F
  ? F[P]
  : P extends `${infer Fn}(${infer Inner})`
    ? Fn extends keyof Aggregates<AnyField>
      ? Aggregated<S, F, Fn, Inner>
      : never
    : P extends `${infer First}.${infer Rest}`
      ? First extends keyof F
        ? Step<S, F[First], Rest>
        : Indexed<F, First>
      : Indexed<F, P>;

type Step<S extends AnySchema, F extends AnyField, Rest extends string> = F["kind"] extends "one" | "many"
  ? F["to"] extends Slug<S>
    ? At<S, S[F["to"]], Rest>
    : never
  : F["kind"] extends "json"
    ? InJson
    : never;

/** A value inside JSON. */
export type InJson = Field<unknown, "json", "inside">;

/** `tags[0]` of a JSON field; a key of a document. */
type Indexed<F extends AnyCollection, P extends string> = "*" extends keyof F
  ? InJson
  : P extends `${infer Name}[${string}`
    ? Name extends keyof F
      ? F[Name]["kind"] extends "json"
        ? InJson
        : never
      : never
    : never;

/** What a function makes of a field. */
interface Aggregates<F extends AnyField> {
  readonly count: Field<number, "number">;
  readonly avg: Field<number | null, "number">;
  readonly sum: F;
  readonly min: F;
  readonly max: F;
}

type Aggregated<
  S extends AnySchema,
  F extends AnyCollection,
  Fn extends keyof Aggregates<AnyField>,
  P extends string,
> = [At<S, F, P>] extends [never] ? never : Aggregates<At<S, F, P>>[Fn];
