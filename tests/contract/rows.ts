import { uuid } from "./scenario.ts";

/** Rows by name; each is its id. */
export type Rows = Readonly<Record<string, string>>;

/** What the rows may be called; a name that is misspelt does not compile. */
export type NameOf<R extends Rows> = keyof R & string;

/**
 * Names for the rows of one collection, whose ids are numbered within a space of UUIDs.
 *
 * @example
 * const BOOKS = namedRows(22, { emma: 1, moby: 2 });
 * BOOKS.emma; // "00000022-0000-4000-8000-000000000001"
 */
export function namedRows<Name extends string>(
  space: number,
  numbers: Readonly<Record<Name, number>>,
): Readonly<Record<Name, string>> {
  const ids = Object.entries<number>(numbers).map(([name, n]) => [name, uuid(space, n)]);
  return Object.fromEntries(ids) as Record<Name, string>;
}

/** Ids for rows that are named after their scenarios: numbered from `first`, in the order in which the names come up. */
export function numberedRows(space: number, first: number): (name: string) => string {
  const ids = new Map<string, string>();
  return (name) => {
    const id = ids.get(name) ?? uuid(space, first + ids.size);
    ids.set(name, id);
    return id;
  };
}

/** The answer that lists these rows, in this order. */
export function rowsOf<R extends Rows>(rows: R, ...names: readonly NameOf<R>[]): { data: { id: string }[] } {
  return { data: names.map((name) => ({ id: rows[name]! })) };
}

export const namesOf = <R extends Rows>(rows: R): NameOf<R>[] => Object.keys(rows);
