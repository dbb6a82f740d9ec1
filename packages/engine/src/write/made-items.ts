import type { Collection } from "@plinth/core";

/** New items of one collection. Callers may choose ids, so an id alone may also be an item of another collection. */
export interface NewItems {
  readonly collection: Collection;
  readonly ids: readonly string[];
}

/** The items that a batch creates. */
export class MadeItems {
  readonly #keys: ReadonlySet<string>;

  constructor(items: readonly NewItems[]) {
    this.#keys = new Set(items.flatMap(({ collection, ids }) => ids.map((id) => keyOf(collection, id))));
  }

  has(collection: Collection, id: string): boolean {
    return this.#keys.has(keyOf(collection, id));
  }
}

function keyOf({ id }: Collection, item: string): string {
  return `${id} ${item}`;
}
