import type { Change, JsonObject } from "@plinth/core";

/** An item's versions within some changes, oldest first. */
export interface RowImages {
  readonly rows: readonly JsonObject[];
  /** The item was created within them. */
  readonly made: boolean;
  /** There was a moment when the item did not exist. */
  readonly gap: boolean;
}

type MutableImages = { -readonly [Name in keyof RowImages]: RowImages[Name] } & { rows: JsonObject[] };

/** Rows as they were at any moment since the first of some changes. */
export class RowHistory {
  readonly #items = new Map<string, Map<string, MutableImages>>();
  readonly #links = new Map<string, Map<string, Set<string>>>();

  constructor(changes: Iterable<Change>) {
    for (const { collectionId, item, before, after } of changes) {
      const items = this.#items.get(collectionId) ?? new Map<string, MutableImages>();
      this.#items.set(collectionId, items);
      const images = items.get(item) ?? { rows: [], made: before === null, gap: false };
      items.set(item, images);
      if (before && images.rows.length === 0) images.rows.push(before);
      if (after) images.rows.push(after);
      if (!before || !after) images.gap = true;
    }
  }

  touches(collectionId: string): boolean {
    return this.#items.has(collectionId);
  }

  of(collectionId: string, item: string): RowImages | undefined {
    return this.#items.get(collectionId)?.get(item);
  }

  /** Items that pointed to another item by this field at some moment. */
  pointing(collectionId: string, field: string, to: string): ReadonlySet<string> {
    const key = `${collectionId}|${field}`;
    let links = this.#links.get(key);
    if (!links) {
      links = new Map();
      for (const [item, { rows }] of this.#items.get(collectionId) ?? []) {
        for (const row of rows) {
          const id = row[field];
          if (typeof id !== "string") continue;
          const items = links.get(id) ?? new Set<string>();
          links.set(id, items.add(item));
        }
      }
      this.#links.set(key, links);
    }
    return links.get(to) ?? NONE;
  }
}

const NONE: ReadonlySet<string> = new Set();
