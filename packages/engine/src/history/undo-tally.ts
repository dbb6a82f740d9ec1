import { itemKey, type PreparedInverse, type UndoCounts } from "./undo-plan.ts";

const zero = (): UndoCounts => ({ deleted: 0, changed: 0, restored: 0 });

/** Counts items by what becomes of them. */
export class UndoTally {
  readonly #collections: Record<string, UndoCounts> = {};
  /** Items with several steps: whether they existed before the first and exist after the last. */
  readonly #several = new Map<string, { slug: string; before: boolean; after: boolean }>();

  constructor(
    private readonly hasMore: (key: string) => boolean,
    earlier: Readonly<Record<string, UndoCounts>> = {},
  ) {
    for (const [slug, counts] of Object.entries(earlier)) this.#collections[slug] = { ...counts };
  }

  add(inverses: readonly PreparedInverse[]): void {
    for (const { kind, collection, id } of inverses) {
      const { slug } = collection;
      const key = itemKey(collection, id);
      const after = kind !== "delete";
      const known = this.#several.get(key);
      if (known) known.after = after;
      else if (this.hasMore(key)) this.#several.set(key, { slug, before: kind !== "restore", after });
      else count(this.#collections, slug, kind !== "restore", after);
    }
  }

  /** A tally that also counts these. */
  with(inverses: readonly PreparedInverse[]): UndoTally {
    const more = new UndoTally(this.hasMore, this.#collections);
    for (const [key, item] of this.#several) more.#several.set(key, { ...item });
    more.add(inverses);
    return more;
  }

  get collections(): Record<string, UndoCounts> {
    const all = Object.fromEntries(Object.entries(this.#collections).map(([slug, one]) => [slug, { ...one }]));
    for (const { slug, before, after } of this.#several.values()) count(all, slug, before, after);
    return all;
  }

  get total(): UndoCounts {
    const sum = zero();
    for (const counts of Object.values(this.collections))
      for (const name of ["deleted", "changed", "restored"] as const) sum[name] += counts[name];
    return sum;
  }
}

function count(into: Record<string, UndoCounts>, slug: string, before: boolean, after: boolean): void {
  if (!before && !after) return;
  into[slug] ??= zero();
  into[slug][before && after ? "changed" : after ? "restored" : "deleted"]++;
}
