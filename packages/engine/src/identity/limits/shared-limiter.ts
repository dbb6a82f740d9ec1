import { type Clock, type LimitPolicy, type LimitState, type SqlDriver, sha256Hex, takesNoWrites } from "@plinth/core";
import { addToWindow } from "@plinth/db";
import { Lru } from "../../kernel/lru.ts";

/** Most keys whose window a process remembers. One that is forgotten is read again. */
const MAX_KEYS = 20_000;
/** Of what is left, the part that a process reserves at a time. */
const RESERVED = 0.1;

interface Held {
  /** Reserved, and not yet used. */
  left: number;
  /** What no server has reserved, when this one last asked. */
  free: number;
  endsAt: number;
}

/**
 * A limit that all servers of a database share. Each reserves a part of what is left, and counts in memory: a flood beyond
 * the limit costs neither a read nor a write, and never passes it. What a process reserves and does not use is lost for
 * the window, which is why it reserves less when less is left.
 */
export class SharedLimiter {
  readonly #held = new Lru<string, Held>(MAX_KEYS);
  readonly #asking = new Map<string, Promise<unknown>>();

  constructor(private readonly clock: Clock) {}

  /** Counts one request. Synchronous where memory knows the answer. */
  take(driver: SqlDriver, policy: LimitPolicy, who: string): LimitState | Promise<LimitState> {
    const key = `${policy.name}\n${who}`;
    return this.#fromMemory(policy, key) ?? this.#ask(driver, policy, key);
  }

  #fromMemory(policy: LimitPolicy, key: string): LimitState | undefined {
    const held = this.#held.get(key);
    const now = this.clock.now();
    // If the clock was set back, a window must not last longer.
    if (!held || now >= held.endsAt || held.endsAt - now > policy.windowMs) return undefined;
    if (held.left === 0 && held.free > 0) return undefined;
    const allowed = held.left > 0;
    if (allowed) held.left--;
    return stateOf(policy, held, allowed, now);
  }

  /** One after the other for a key, so that many at once reserve no more than they need. */
  async #ask(driver: SqlDriver, policy: LimitPolicy, key: string): Promise<LimitState> {
    // Where a connection belongs to a request, no other may wait for it.
    if (driver.lifetime === "request") return this.#reserve(driver, policy, key);
    const before = this.#asking.get(key);
    const mine = (before ?? Promise.resolve()).then(
      () => this.#fromMemory(policy, key) ?? this.#reserve(driver, policy, key),
    );
    const settled = mine.catch(() => {});
    this.#asking.set(key, settled);
    void settled.then(() => {
      if (this.#asking.get(key) === settled) this.#asking.delete(key);
    });
    return mine;
  }

  async #reserve(driver: SqlDriver, policy: LimitPolicy, key: string): Promise<LimitState> {
    const { max, windowMs } = policy;
    const now = this.clock.now();
    const known = this.#held.get(key);
    const free = known && now < known.endsAt ? known.free : max;
    const amount = Math.max(1, Math.floor(free * RESERVED));
    const id = await sha256Hex(key);
    const { count, endsAt } = await addToWindow(driver, { id, amount, now, windowMs }).catch((error: unknown) => {
      if (!takesNoWrites(error)) throw error;
      // Reads go on: this server then counts alone.
      const ends = known && now < known.endsAt ? known.endsAt : now + windowMs;
      return { count: max - free + amount, endsAt: ends };
    });
    const granted = Math.max(0, Math.min(amount, max - (count - amount)));
    const held = { left: Math.max(0, granted - 1), free: Math.max(0, max - count), endsAt };
    this.#held.set(key, held);
    return stateOf(policy, held, granted > 0, now);
  }
}

function stateOf(policy: LimitPolicy, { left, free, endsAt }: Held, allowed: boolean, now: number): LimitState {
  const seconds = Math.max(1, Math.ceil((endsAt - now) / 1000));
  return { policy, allowed, remaining: left + free, seconds };
}
