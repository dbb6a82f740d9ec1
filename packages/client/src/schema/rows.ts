import type { JsonObject } from "@plinth/core";
import type { AnyCollection, AnyField, AnySchema, FieldPresence, IfDocument, IsUntyped, Slug } from "./field.ts";

/** An item as it is read, without expanded relations. */
export type Row<S extends AnySchema, C extends Slug<S>> = IsUntyped<S> extends true ? JsonObject : RowOf<S[C]>;

export type RowOf<F extends AnyCollection> = {
  [K in keyof F as F[K]["presence"] extends InRows ? K : never]: F[K]["read"];
} & IfDocument<F, { [key: string]: unknown }>;

/** Names of the fields that every row has. */
export type StoredName<F extends AnyCollection> = {
  [K in keyof F]: F[K]["presence"] extends InRows ? K : never;
}[keyof F] &
  string;

type InRows = "required" | "optional" | "new" | "server";

/** A new item, with its related items where they are created or linked together with it. */
export type NewRow<S extends AnySchema, C extends Slug<S>> = IsUntyped<S> extends true ? JsonObject : NewRowOf<S, S[C]>;

type NewRowOf<S extends AnySchema, F extends AnyCollection> = {
  readonly [K in keyof F as F[K]["presence"] extends "required" ? K : never]: Written<S, F[K]>;
} & {
  readonly [K in keyof F as Optional<F[K]["presence"]> extends true ? K : never]?: Written<S, F[K]> | undefined;
} & IfDocument<F, { readonly [key: string]: unknown }>;

type Optional<P extends FieldPresence> = P extends "optional" | "new" | "list" ? true : false;

/** Changes of an item: the fields that change, with operators where the new value depends on the stored one. */
export type Patch<S extends AnySchema, C extends Slug<S>> = IsUntyped<S> extends true ? JsonObject : PatchOf<S, S[C]>;

type PatchOf<S extends AnySchema, F extends AnyCollection> = {
  readonly [K in keyof F as F[K]["presence"] extends "required" | "optional" | "list" ? K : never]?:
    | Written<S, F[K]>
    | Change<F[K]>
    | undefined;
} & IfDocument<F, { readonly [key: string]: unknown }>;

/** A value of an earlier operation of the same batch. */
export interface Ref {
  /** Such as `ops.0.id`. */
  readonly $ref: string;
}

/** Names a related item by a unique field. */
export interface Lookup<S extends AnySchema, C extends Slug<S>> {
  readonly $lookup: Partial<Row<S, C>>;
}

type Written<S extends AnySchema, F extends AnyField> = F["kind"] extends "one"
  ? F["read"] | RelatedItem<S, F["to"]>
  : F["kind"] extends "many"
    ? RelatedItems<S, F["to"]> | F["write"]
    : F["write"] | Ref;

/** An existing item, or a new one. */
type RelatedItem<S extends AnySchema, C extends Slug<S>> = Ref | Lookup<S, C> | NewRow<S, C>;

/** Entries may set fields of the junction. */
interface OfJunction {
  readonly $junction?: { readonly [field: string]: unknown };
}

type LinkedItem<S extends AnySchema, C extends Slug<S>> =
  | string
  | Ref
  | (Lookup<S, C> & OfJunction)
  | ({ readonly id: string | Ref } & OfJunction);

/** A list creates all of its entries. */
type RelatedItems<S extends AnySchema, C extends Slug<S>> =
  | readonly (NewRow<S, C> & OfJunction)[]
  | {
      readonly create?: readonly (NewRow<S, C> & OfJunction)[];
      readonly link?: readonly LinkedItem<S, C>[];
      readonly unlink?: readonly LinkedItem<S, C>[];
      /** Replaces the whole list. */
      readonly set?: readonly LinkedItem<S, C>[];
    };

/** Operators, where the new value depends on the stored one. */
export type Change<F extends AnyField> = F["kind"] extends "number"
  ? { readonly $inc: Exclude<F["write"], null> }
  : F["kind"] extends "json"
    ? { readonly $append: readonly unknown[] } | { readonly $remove: readonly unknown[] }
    : never;
