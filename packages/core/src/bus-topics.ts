/** Who listens to which topic: the part that all adapters of `Bus` share. */
export class BusTopics {
  readonly #topics = new Map<string, Set<(message: string) => void>>();

  /** How many topics have listeners. */
  get size(): number {
    return this.#topics.size;
  }

  /** The function that ends it, and tells whether nobody listens to the topic any more. */
  add(topic: string, listener: (message: string) => void): () => boolean {
    // A wrapper, so that the same function may listen twice and end once.
    const own = (message: string) => listener(message);
    const listeners = this.#topics.get(topic) ?? new Set();
    this.#topics.set(topic, listeners.add(own));
    return () => {
      listeners.delete(own);
      return listeners.size === 0 && this.#topics.get(topic) === listeners && this.#topics.delete(topic);
    };
  }

  tell(topic: string, message: string): void {
    for (const listener of this.#topics.get(topic) ?? []) listener(message);
  }

  /** After messages may have been lost, everybody takes a look. */
  wakeAll(): void {
    for (const topic of this.#topics.keys()) this.tell(topic, "");
  }

  clear(): void {
    for (const listeners of this.#topics.values()) listeners.clear();
    this.#topics.clear();
  }
}
