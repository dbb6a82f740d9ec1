import type { JsonObject } from "@plinth/core";
import type { AnyCollection, AnyField, AnySchema, FieldKind, IfDocument, IsUntyped, Slug } from "./field.ts";

/** Conditions on items, all of which must hold. */
export type Filter<S extends AnySchema, C extends Slug<S>> = IsUntyped<S> extends true ? JsonObject : FilterOf<S, S[C]>;

type FilterOf<S extends AnySchema, F extends AnyCollection> = {
  readonly [K in keyof F]?: FieldFilter<S, F[K]> | undefined;
} & Logic<FilterOf<S, F>> &
  PathFilters &
  IfDocument<F, { readonly [key: string]: unknown }>;

export interface Logic<F> {
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

/** The operators of each kind, with the variables `X`. */
export interface OperatorsOf<V, X = Variable> {
  readonly text: TextOperators<V, X>;
  readonly order: OrderOperators<V, X>;
  readonly number: OrderOperators<V, X>;
  readonly equal: EqualOperators<V, X>;
  readonly json: unknown;
  readonly one: OneOperators<X>;
  readonly many: ManyOperators<unknown>;
}

/** A value, or what stands for one: a variable `X`. */
export type Operand<V, X = Variable> = V | X | { readonly $literal: V };

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
  | { readonly $now: { readonly add: Duration } | { readonly sub: Duration } | PeriodStart };

/** The beginning of the day, week (Monday), month, quarter or year of the request, in UTC or a zone; moved, if wanted. */
export type PeriodStart = {
  readonly start: "day" | "week" | "month" | "quarter" | "year";
  /** Such as `Europe/Berlin`. */
  readonly zone?: string;
} & ({ readonly add?: Duration; readonly sub?: never } | { readonly sub?: Duration; readonly add?: never });

export interface Duration {
  readonly years?: number;
  readonly months?: number;
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

export interface EqualOperators<V, X = Variable> {
  readonly _eq?: Operand<V, X> | null | undefined;
  readonly _neq?: Operand<V, X> | null | undefined;
  readonly _in?: readonly Operand<V, X>[] | X | undefined;
  readonly _nin?: readonly Operand<V, X>[] | X | undefined;
  readonly _null?: boolean | undefined;
  readonly _empty?: boolean | undefined;
  readonly _nempty?: boolean | undefined;
}

export interface OrderOperators<V, X = Variable> extends EqualOperators<V, X> {
  readonly _gt?: Operand<V, X> | undefined;
  readonly _gte?: Operand<V, X> | undefined;
  readonly _lt?: Operand<V, X> | undefined;
  readonly _lte?: Operand<V, X> | undefined;
  readonly _between?: readonly [Operand<V, X>, Operand<V, X>] | undefined;
}

export interface TextOperators<V, X = Variable> extends OrderOperators<V, X> {
  readonly _contains?: Operand<string, X> | undefined;
  readonly _starts_with?: Operand<string, X> | undefined;
  readonly _ends_with?: Operand<string, X> | undefined;
  readonly _ieq?: Operand<string, X> | undefined;
  readonly _icontains?: Operand<string, X> | undefined;
  readonly _istarts_with?: Operand<string, X> | undefined;
  readonly _iends_with?: Operand<string, X> | undefined;
  readonly _like?: string | undefined;
  readonly _ilike?: string | undefined;
  readonly _regex?: string | undefined;
  readonly _unaccent_eq?: Operand<string, X> | undefined;
  readonly _unaccent_contains?: Operand<string, X> | undefined;
  readonly _unaccent_starts_with?: Operand<string, X> | undefined;
  readonly _unaccent_ends_with?: Operand<string, X> | undefined;
}

/** On the id of the related item. */
export type OneOperators<X = Variable> = EqualOperators<string, X>;

export interface ManyOperators<F> extends OneOperators {
  readonly _some?: F | undefined;
  readonly _none?: F | undefined;
  readonly _every?: F | undefined;
}
