import type { JsonObject } from "@plinth/core";
import type { AnyCollection, AnyField, AnySchema, FieldKind, IfDocument, IsUntyped, Slug } from "./field.ts";

/** Conditions on items, all of which must hold. */
export type Filter<S extends AnySchema, C extends Slug<S>> = IsUntyped<S> extends true ? JsonObject : FilterOf<S, S[C]>;

type FilterOf<S extends AnySchema, F extends AnyCollection> = {
  readonly [K in keyof F]?: FieldFilter<S, F[K]> | undefined;
} & Logic<FilterOf<S, F>> &
  PathFilters &
  IfDocument<F, { readonly [key: string]: unknown }>;

interface Logic<F> {
  readonly _and?: readonly F[] | undefined;
  readonly _or?: readonly F[] | undefined;
  readonly _not?: F | undefined;
  readonly $and?: readonly F[] | undefined;
  readonly $or?: readonly F[] | undefined;
  readonly $not?: F | undefined;
}

/** `author.name`, `count(comments)`. The compiler could not list them all; `Checked` follows those that are used. */
interface PathFilters {
  readonly [path: `${string}.${string}` | `${string}[${string}` | `${string}(${string})`]: unknown;
}

/** The condition on a field, or on what a path leads to. */
export type FieldFilter<S extends AnySchema, F extends AnyField> = F["kind"] extends "one"
  ? string | null | (OneOperators & Filter<S, F["to"]>)
  : F["kind"] extends "many"
    ? string | null | (ManyOperators<Filter<S, F["to"]>> & Filter<S, F["to"]>)
    : ValueFilter<F["kind"], Exclude<F["write"], null>>;

type ValueFilter<K extends FieldKind, V> = K extends "json" ? unknown : Operand<V> | null | OperatorsOf<V>[K];

/** The operators of each kind. */
export interface OperatorsOf<V> {
  readonly text: TextOperators<V>;
  readonly order: OrderOperators<V>;
  readonly number: OrderOperators<V>;
  readonly equal: EqualOperators<V>;
  readonly json: unknown;
  readonly one: OneOperators;
  readonly many: ManyOperators<unknown>;
}

/** A value, or what stands for one. */
export type Operand<V> = V | Variable | { readonly $literal: V };

export type Variable =
  | "$now"
  | "$user.id"
  | "$user.email"
  | "$user.verified_email"
  | "$user.roles"
  | `$user.claims.${string}`
  | "$user.orgs"
  | "$org.id"
  | "$org.role"
  | "$workspace.id"
  | { readonly $now: { readonly add: Duration } | { readonly sub: Duration } };

export interface Duration {
  readonly years?: number;
  readonly months?: number;
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

export interface EqualOperators<V> {
  readonly _eq?: Operand<V> | null | undefined;
  readonly _neq?: Operand<V> | null | undefined;
  readonly _in?: readonly Operand<V>[] | Variable | undefined;
  readonly _nin?: readonly Operand<V>[] | Variable | undefined;
  readonly _null?: boolean | undefined;
  readonly _empty?: boolean | undefined;
  readonly _nempty?: boolean | undefined;
}

export interface OrderOperators<V> extends EqualOperators<V> {
  readonly _gt?: Operand<V> | undefined;
  readonly _gte?: Operand<V> | undefined;
  readonly _lt?: Operand<V> | undefined;
  readonly _lte?: Operand<V> | undefined;
  readonly _between?: readonly [Operand<V>, Operand<V>] | undefined;
}

export interface TextOperators<V> extends OrderOperators<V> {
  readonly _contains?: Operand<string> | undefined;
  readonly _starts_with?: Operand<string> | undefined;
  readonly _ends_with?: Operand<string> | undefined;
  readonly _ieq?: Operand<string> | undefined;
  readonly _icontains?: Operand<string> | undefined;
  readonly _istarts_with?: Operand<string> | undefined;
  readonly _iends_with?: Operand<string> | undefined;
  readonly _like?: string | undefined;
  readonly _ilike?: string | undefined;
  readonly _regex?: string | undefined;
  readonly _unaccent_eq?: Operand<string> | undefined;
  readonly _unaccent_contains?: Operand<string> | undefined;
  readonly _unaccent_starts_with?: Operand<string> | undefined;
  readonly _unaccent_ends_with?: Operand<string> | undefined;
}

/** On the id of the related item. */
export type OneOperators = EqualOperators<string>;

export interface ManyOperators<F> extends OneOperators {
  readonly _some?: F | undefined;
  readonly _none?: F | undefined;
  readonly _every?: F | undefined;
}
