import type {
  AnySchema,
  Checked,
  Field,
  Many,
  NewRow,
  One,
  Patch,
  Query,
  ReadOptions,
  Result,
  Row,
  Slug,
} from "../../src/schema/index.ts";

/** A schema as `plinth types` writes it. */
export type Schema = {
  albums: {
    id: Field<string, "order", "new">;
    stills: Many<"films", readonly string[]>;
  };
  directors: {
    country: Field<string | null, "text">;
    created_at: Field<string, "order", "server", string | number>;
    films: Many<"films">;
    id: Field<string, "order", "new">;
    name: Field<string, "text", "required">;
    owner: One<"users", string | null, "path">;
    owner_id: One<"users">;
    version: Field<number, "number", "server">;
  };
  events: {
    "*": Field<unknown, "json", "rest">;
    created_at: Field<string, "order", "server", string | number>;
    id: Field<string, "order", "new">;
  };
  films: {
    created_at: Field<string, "order", "server", string | number>;
    director: One<"directors">;
    facts: Field<unknown, "json">;
    genre: Field<"drama" | "comedy", "text">;
    id: Field<string, "order", "new">;
    owner: One<"users", string | null, "path">;
    owner_id: One<"users">;
    rating: Field<string | null, "number", "optional", string | number | null>;
    released: Field<string | null, "order">;
    seen: Field<boolean, "equal">;
    studio: One<"directors", string, "required">;
    title: Field<string, "text", "required">;
    version: Field<number, "number", "server">;
    year: Field<number | null, "number">;
  };
  users: {
    bio: Field<string | null, "text">;
    email: Field<string | null, "text", "server">;
    id: Field<string, "order", "server">;
    name: Field<string, "text", "server">;
  };
};

/** The methods of a client, as far as the types matter. */
export interface Items<S extends AnySchema, C extends Slug<S>> {
  list<const Q extends Query<S, C> = Record<never, never>>(query?: Q & Checked<S, C, Q>): Result<S, C, Q>[];
  one<const Q extends ReadOptions<S, C> = Record<never, never>>(query?: Q & Checked<S, C, Q>): Result<S, C, Q>;
  create(data: NewRow<S, C>): Row<S, C>;
  update(patch: Patch<S, C>): Row<S, C>;
}

declare function from<S extends AnySchema>(): <C extends Slug<S>>(slug: C) => Items<S, C>;

export const typed = from<Schema>();
export const untyped = from<AnySchema>();
export { from };

/** True only where both are the same type, also in what is optional, read-only or unknown. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Does not compile unless the types are the same. The value is no more than a place for its type. */
export declare function same<Expected>(): <Actual>(value: Actual, proof: Same<Flat<Actual>, Flat<Expected>>) => void;

/** One object in place of an intersection, at every level. */
export type Flat<T> = T extends readonly (infer I)[]
  ? Flat<I>[]
  : T extends object
    ? { [K in keyof T]: Flat<T[K]> }
    : T;
