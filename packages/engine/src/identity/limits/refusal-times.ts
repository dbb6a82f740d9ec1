import type { Engine } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";

/** Longer than most hosts take for a hash. */
const SHORTEST_MS = 400;
/** The maximum, however long hashes wait under load. */
const LONGEST_MS = 5000;
const LATELY_MS = 60_000;

/**
 * How long a refused sign-in takes: as long as the slowest recent check of a password, so that the time does not reveal whether
 * the password was checked. That depends on the host and its load.
 */
export class RefusalTimes {
  #slowest = 0;
  #before = 0;
  #since = performance.now();

  /** A password was checked, in a request that began at this time. */
  checked(began: number): void {
    this.#renew();
    this.#slowest = Math.max(this.#slowest, performance.now() - began);
  }

  /** Throws the error when it is time. */
  async refuse(began: number, error: unknown): Promise<never> {
    const rest = this.shortest() - (performance.now() - began);
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    throw error;
  }

  shortest(): number {
    this.#renew();
    return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, this.#slowest, this.#before));
  }

  /** The last minute and the one before count. */
  #renew(): void {
    const age = performance.now() - this.#since;
    if (age < LATELY_MS) return;
    this.#before = age < 2 * LATELY_MS ? this.#slowest : 0;
    this.#slowest = 0;
    this.#since = performance.now();
  }
}

export const refusalTimes = service("times of refused sign-ins", (_: Engine) => new RefusalTimes());
