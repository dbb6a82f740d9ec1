/** A bounded map that evicts the least recently used entries. Each counts as one, or as much as it weighs. */
export class Lru<K, V> {
  readonly #entries = new Map<K, V>();
  #weight = 0;

  constructor(
    private readonly most: number,
    private readonly weightOf: (value: V) => number = () => 1,
  ) {}

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    // Moving every hit to the end would slow each request, so this happens only when the map is half full.
    if (value !== undefined && this.#weight > this.most / 2) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    const before = this.#entries.get(key);
    this.#weight += this.weightOf(value) - (before === undefined ? 0 : this.weightOf(before));
    this.#entries.set(key, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.most) return;
      this.delete(oldest);
    }
  }

  delete(key: K): void {
    const value = this.#entries.get(key);
    if (value !== undefined) this.#weight -= this.weightOf(value);
    this.#entries.delete(key);
  }

  /** The least recently set first. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  clear(): void {
    this.#entries.clear();
    this.#weight = 0;
  }
}
