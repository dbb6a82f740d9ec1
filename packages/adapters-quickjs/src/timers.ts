/** As many as one program may have waiting. */
const MOST_TIMERS = 1000;

/** The timers of a program, which end with it. */
export class Timers {
  readonly #waiting = new Map<number, ReturnType<typeof setTimeout>>();

  constructor(private readonly fire: (id: number) => void) {}

  get size(): number {
    return this.#waiting.size;
  }

  start(id: number, ms: number): void {
    if (this.#waiting.size >= MOST_TIMERS) throw new RangeError(`at most ${MOST_TIMERS} timers may wait at once`);
    // A longer time than a run lasts means never.
    const timer = setTimeout(
      () => {
        this.#waiting.delete(id);
        this.fire(id);
      },
      Math.min(ms, 2 ** 31 - 1),
    );
    this.#waiting.set(id, timer);
  }

  clear(id: number): void {
    clearTimeout(this.#waiting.get(id));
    this.#waiting.delete(id);
  }

  clearAll(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }
}
