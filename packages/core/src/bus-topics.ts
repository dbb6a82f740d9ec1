/** The listeners of each topic: the part that all adapters of `Bus` share. */
export class BusTopics {
  readonly #topics = new Map<string, Set<(message: string) => void>>();

  /** The number of topics with listeners. */
  get size(): number {
    return this.#topics.size;
  }

  /** Returns the function that removes the listener; it returns whether the topic has no listener left. */
  add(topic: string, listener: (message: string) => void): () => boolean {
    // A wrapper, so that one function can subscribe twice and unsubscribe once.
    const own = (message: string) => listener(message);
    const listeners = this.#topics.get(topic) ?? new Set();
    this.#topics.set(topic, listeners.add(own));
    return () => {
      listeners.delete(own);
      return listeners.size === 0 && this.#topics.get(topic) === listeners && this.#topics.delete(topic);
    };
  }

  dispatch(topic: string, message: string): void {
    for (const listener of this.#topics.get(topic) ?? []) listener(message);
  }

  /** Messages may have been lost, so every listener checks for changes. */
  wakeAll(): void {
    for (const topic of this.#topics.keys()) this.dispatch(topic, "");
  }

  clear(): void {
    for (const listeners of this.#topics.values()) listeners.clear();
    this.#topics.clear();
  }
}
