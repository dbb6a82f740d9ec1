import type { AnyCollection, AnySchema, Field } from "./field.ts";

/**
 * The schema with your own types for some fields, such as those of JSON. In a document collection, this also declares
 * keys.
 *
 * @example
 * const client = createClient<Override<Schema, { posts: { meta: { color: string } } }>>({ url });
 */
export type Override<S extends AnySchema, O extends Overrides<S, O>> = {
  readonly [C in keyof S]: C extends keyof O ? Overridden<S[C], O[C]> : S[C];
};

/** Every name must exist. */
type Overrides<S extends AnySchema, O> = {
  [C in keyof O]: C extends keyof S ? { [K in keyof O[C]]: K extends Overridable<S[C]> ? unknown : never } : never;
};

type Overridable<F extends AnyCollection> = "*" extends keyof F ? string : keyof F;

type Overridden<F extends AnyCollection, O> = {
  readonly [K in keyof F]: K extends keyof O ? Field<O[K], F[K]["kind"], F[K]["presence"]> : F[K];
} & { readonly [K in Exclude<keyof O, keyof F>]: Field<O[K], "json", "optional"> };
