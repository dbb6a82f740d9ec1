import { PlinthError } from "@plinth/core";

/** Most hashes that wait, and of those the most for one address. */
const MAX_WAITING = 200;
const MAX_WAITING_OF_ONE = 20;
const RETRY_SECONDS = 2;

interface Waiting {
  readonly key: string;
  start(): void;
}

/**
 * Bounds the hashes of passwords that run at a time, so that a flood of sign-ins leaves the process to other requests. Those
 * that wait are served by key in turn: who sends a thousand does not delay who sends one.
 */
export class HashQueue {
  readonly #waiting: Waiting[] = [];
  /** When each key was last served, as a number that increases. */
  readonly #served = new Map<string, number>();
  #running = 0;
  #turn = 0;

  constructor(private readonly slots: number = slotsHere()) {}

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.slots) await this.#wait(key);
    else this.#running++;
    this.#served.set(key, ++this.#turn);
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #wait(key: string): Promise<void> {
    const own = this.#waiting.filter((one) => one.key === key).length;
    if (own >= MAX_WAITING_OF_ONE || this.#waiting.length >= MAX_WAITING) {
      throw new PlinthError("OVERLOADED", undefined, { retry_after: RETRY_SECONDS });
    }
    return new Promise((start) => {
      this.#waiting.push({ key, start });
    });
  }

  /** Hands the slot on to the key that was served longest ago. */
  #next(): void {
    if (this.#waiting.length === 0) {
      this.#running--;
      if (this.#running === 0) this.#served.clear();
      return;
    }
    const turnOf = ({ key }: Waiting) => this.#served.get(key) ?? 0;
    const next = this.#waiting.reduce((best, one) => (turnOf(one) < turnOf(best) ? one : best));
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    next.start();
  }
}

/** One core is left to everything else. */
function slotsHere(): number {
  return Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1);
}
