/** Types of the rows that `sync` keeps on a device. */
import type { JsonObject } from "@plinth/core";
import type { AnyCollection, AnyField, AnySchema, IfDocument, IsUntyped, Slug } from "./field.ts";
import type { EqualOperators, Logic, Operand, OperatorsOf } from "./filter.ts";
import type { Change, StoredName } from "./rows.ts";

/**
 * An item as the device has it. One that was created here has only the fields that it was given, until the server has
 * taken it.
 */
export type LocalRow<S extends AnySchema, C extends Slug<S>> =
  IsUntyped<S> extends true ? JsonObject : LocalRowOf<S[C]>;

type LocalRowOf<F extends AnyCollection> = {
  [K in keyof F as Whether<F, K> extends "always" ? K : never]: F[K]["read"];
} & {
  [K in keyof F as Whether<F, K> extends "later" ? K : never]?: F[K]["read"] | undefined;
} & IfDocument<F, { [key: string]: unknown }>;

/** Whether a row has the field at once, or perhaps only when the server has answered. */
type Whether<F extends AnyCollection, K extends keyof F> = K extends "id"
  ? "always"
  : F[K]["presence"] extends "required"
    ? "always"
    : F[K]["presence"] extends "optional" | "new" | "server"
      ? "later"
      : "never";

/** A new item. Values have the form in which they are read, as they are shown before the server has taken them. */
export type NewLocalRow<S extends AnySchema, C extends Slug<S>> =
  IsUntyped<S> extends true ? JsonObject : NewLocalRowOf<S[C]>;

type NewLocalRowOf<F extends AnyCollection> = {
  readonly [K in keyof F as F[K]["presence"] extends "required" ? K : never]: F[K]["read"];
} & {
  readonly [K in keyof F as F[K]["presence"] extends "optional" | "new" ? K : never]?: F[K]["read"] | undefined;
} & IfDocument<F, { readonly [key: string]: unknown }>;

/** Changes of an item. */
export type LocalPatch<S extends AnySchema, C extends Slug<S>> =
  IsUntyped<S> extends true ? JsonObject : LocalPatchOf<S[C]>;

type LocalPatchOf<F extends AnyCollection> = {
  readonly [K in keyof F as F[K]["presence"] extends "required" | "optional" ? K : never]?:
    | F[K]["read"]
    | Change<F[K]>
    | undefined;
} & IfDocument<F, { readonly [key: string]: unknown }>;

/** Conditions that one row decides. */
export type LocalFilter<S extends AnySchema, C extends Slug<S>> =
  IsUntyped<S> extends true ? JsonObject : LocalFilterOf<S[C]>;

type LocalFilterOf<F extends AnyCollection> = {
  readonly [K in StoredName<F>]?: LocalCondition<F[K]> | undefined;
} & Logic<LocalFilterOf<F>> & { readonly [K in JsonName<F> as `${K}.${string}`]: unknown } & IfDocument<
    F,
    { readonly [key: string]: unknown }
  >;

type JsonName<F extends AnyCollection> = { [K in keyof F]: F[K]["kind"] extends "json" ? K : never }[keyof F] & string;

type LocalCondition<F extends AnyField> = F["kind"] extends "json"
  ? unknown
  : F["kind"] extends "one"
    ? string | null | EqualOperators<string, LocalVariable>
    : LocalValue<F["kind"], Exclude<F["write"], null>>;

type LocalValue<K extends AnyField["kind"], V> =
  | Operand<V, LocalVariable>
  | null
  | Pick<OperatorsOf<V, LocalVariable>[K], Exclude<keyof OperatorsOf<V>[K], "_like" | "_ilike" | "_regex">>;

type LocalVariable = "$now" | "$user.id";

/** Names of the fields that rows have themselves. */
export type OwnName<S extends AnySchema, C extends Slug<S>> =
  IsUntyped<S> extends true ? string : "*" extends keyof S[C] ? string : StoredName<S[C]>;
