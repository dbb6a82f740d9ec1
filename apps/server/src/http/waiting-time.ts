/** The time that is spent waiting, until it is used up. One timer is for all waits: a large body has a hundred thousand of them. */
export class WaitingTime {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #usedMs = 0;
  /** Of the wait that goes on. */
  #since: number | undefined;
  #isOver = false;

  constructor(
    private readonly ms: number,
    private readonly onOver: () => void,
  ) {}

  get isOver(): boolean {
    return this.#isOver;
  }

  begin(): void {
    this.#since = performance.now();
    this.#timer ??= setTimeout(this.#look, Math.max(0, this.ms - this.#usedMs));
  }

  pause(): void {
    if (this.#since !== undefined) this.#usedMs += performance.now() - this.#since;
    this.#since = undefined;
  }

  /** What has been used does not count any more. */
  renew(): void {
    this.#usedMs = 0;
  }

  end(): void {
    this.#since = undefined;
    clearTimeout(this.#timer);
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    if (this.#since === undefined) return;
    const leftMs = this.ms - this.#usedMs - (performance.now() - this.#since);
    if (leftMs > 0) {
      this.#timer = setTimeout(this.#look, leftMs);
      return;
    }
    this.#isOver = true;
    this.onOver();
  };
}
