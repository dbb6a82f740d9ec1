import type { Clock } from "@plinth/core";

/** Work of this process by whom it is for: each has its own room, so that none waits for another. */
export class Rooms {
  /** When the work of each began. */
  readonly #began = new Map<string, Set<{ readonly at: number }>>();
  readonly #all = new Set<Promise<void>>();

  /** `leaseMs`: where a host ends requests, some work never ends; after that time it does not count. */
  constructor(
    private readonly clock: Clock,
    private readonly leaseMs: number,
  ) {}

  /** How much is going on for one. */
  count(key: string): number {
    const now = this.clock.now();
    return [...(this.#began.get(key) ?? [])].filter(({ at }) => now - at < this.leaseMs).length;
  }

  /** Does work that does not fail. */
  run(key: string, work: () => Promise<void>): Promise<void> {
    const one = { at: this.clock.now() };
    const own = this.#began.get(key) ?? new Set();
    this.#began.set(key, own.add(one));
    const running = work().finally(() => {
      this.#all.delete(running);
      own.delete(one);
      if (own.size === 0 && this.#began.get(key) === own) this.#began.delete(key);
    });
    this.#all.add(running);
    return running;
  }

  /** Resolves when all work has ended, or after this time. */
  async settle(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([Promise.all(this.#all), new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
    clearTimeout(timer);
  }
}
