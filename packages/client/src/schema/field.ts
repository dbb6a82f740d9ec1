/** How a field is filtered, sorted and changed. `equal` has no order; `one` and `many` lead to other items. */
export type FieldKind = "text" | "order" | "number" | "equal" | "json" | "one" | "many";

/**
 * Where a field occurs. `required` and `optional`: in every row, and in a create. `new`: the same, but it never changes.
 * `server`: in every row, never written. `list`: only with `expand`, and in writes. `path`: only in paths and `expand`.
 * `rest`: any further key of a document. `inside`: a value inside JSON, which only a path names.
 */
export type FieldPresence = "required" | "optional" | "new" | "server" | "list" | "path" | "rest" | "inside";

/**
 * A field of a generated schema.
 *
 * @typeParam Read - what a row holds
 * @typeParam Kind - which operators it has
 * @typeParam Presence - where it occurs
 * @typeParam Write - what a write takes, if that differs
 */
export interface Field<
  Read = unknown,
  Kind extends FieldKind = FieldKind,
  Presence extends FieldPresence = "optional",
  Write = Read,
> {
  readonly read: Read;
  readonly kind: Kind;
  readonly presence: Presence;
  readonly write: Write;
  readonly to: string;
}

/** A relation to one item of the collection `To`. A row holds its id, or null where it may be missing. */
export interface One<To extends string, Read = string | null, Presence extends FieldPresence = "optional">
  extends Field<Read, "one", Presence> {
  readonly to: To;
}

/** A list of items of the collection `To`. `Whole`: what a write may give as the whole list, in its order. */
export interface Many<To extends string, Whole = never> extends Field<never, "many", "list", Whole> {
  readonly to: To;
}

export type AnyField = Field<unknown, FieldKind, FieldPresence>;

export interface AnyCollection {
  readonly [field: string]: AnyField;
}

/** What every generated `Schema` is: fields by collection. A client of this type itself is untyped. */
export interface AnySchema {
  readonly [slug: string]: AnyCollection;
}

/** The collections' slugs. */
export type Slug<S extends AnySchema> = keyof S & string;

/** Whether nothing is known about the collections. */
export type IsUntyped<S extends AnySchema> = string extends keyof S ? true : false;

/** `T` for a document collection, whose items may have further keys. */
export type IfDocument<F extends AnyCollection, T> = "*" extends keyof F ? T : unknown;

/** Names of the fields that lead to other items. */
export type RelationName<F extends AnyCollection> = {
  [K in keyof F]: F[K]["kind"] extends "one" | "many" ? K : never;
}[keyof F];
