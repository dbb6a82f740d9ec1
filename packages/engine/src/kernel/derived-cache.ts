import type { Catalog } from "./catalog.ts";
import { Lru } from "./lru.ts";

interface Kept<V> {
  /** What is derived from a catalog ends with it. */
  readonly catalog: WeakRef<Catalog>;
  readonly value: V;
  readonly weight: number;
}

/** Values that are derived from catalogs. Each counts until its workspace has another catalog, and all together have a bound. */
export class DerivedCache<V> {
  readonly #kept: Lru<string, Kept<V>>;

  /** `most`: what all values may weigh together. */
  constructor(most: number) {
    this.#kept = new Lru(most, ({ weight }) => weight);
  }

  /** `part`: which of the values of a catalog. */
  get(catalog: Catalog, part = ""): V | undefined {
    const found = this.#kept.get(keyOf(catalog, part));
    return found?.catalog.deref() === catalog ? found.value : undefined;
  }

  set(catalog: Catalog, value: V, weight: number, part = ""): void {
    this.#kept.set(keyOf(catalog, part), { catalog: new WeakRef(catalog), value, weight });
  }
}

const keyOf = ({ workspaceId }: Catalog, part: string): string => `${workspaceId} ${part}`;
