import type { Log } from "@plinth/core";

/** How often what time alone changes is looked for. */
export const TIMED_MS = 2000;
/** Where looking takes long, it is done less often. */
const REST_FACTOR = 10;

/** Lets the time of a group pass every two seconds. It does one thing at a time, in order. */
export class GroupClock {
  #last: Promise<unknown> = Promise.resolve();
  #running = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(
    private readonly pass: () => Promise<void>,
    private readonly log: Log,
  ) {
    this.#schedule(TIMED_MS);
  }

  get busy(): boolean {
    return this.#running > 0;
  }

  /** Runs after everything that was requested before. */
  next(work: () => Promise<void>): Promise<void> {
    this.#running++;
    const done = this.#last.then(work).finally(() => {
      this.#running--;
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#tick(), ms);
  }

  async #tick(): Promise<void> {
    const began = performance.now();
    try {
      await this.next(this.pass);
    } catch (error) {
      this.log.error("what time changes could not be read", { error });
    }
    this.#schedule(Math.max(TIMED_MS, (performance.now() - began) * REST_FACTOR));
  }
}
