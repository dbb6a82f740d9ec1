import type { Clock } from "@plinth/core";
import { Lru } from "./lru.ts";

/** `until` can set an earlier expiry than the cache's own. */
type Loader<V> = () => Promise<{ value: V; until?: number | undefined } | null>;

const MAX_WAIT_MS = 1000;
const LATE = Symbol("late");

interface CacheEntry<V> {
  value: V;
  until: number;
}

/**
 * A cache whose entries may be slightly out of date. Each entry lives for `ttl` milliseconds from the start of its
 * lookup. Misses are stored separately, so that an attacker's guesses evict nothing. Synchronous while fresh.
 */
export class TtlCache<V> {
  readonly #found: Lru<string, CacheEntry<V>>;
  readonly #missing: Lru<string, CacheEntry<null>>;
  readonly #loading = new Map<string, Promise<V | null>>();
  readonly #clock: Clock;
  readonly #ttl: number;
  #generation = 0;

  constructor(options: { clock: Clock; ttl: number; maxEntries: number }) {
    this.#clock = options.clock;
    this.#ttl = options.ttl;
    this.#found = new Lru(options.maxEntries);
    this.#missing = new Lru(options.maxEntries);
  }

  /**
   * `share`: callers during a lookup wait for the same result. Not where the lookup uses a connection of one request.
   */
  get(key: string, share: boolean, load: Loader<V>): V | null | Promise<V | null> {
    const entry = this.#found.get(key) ?? this.#missing.get(key);
    if (entry) {
      const now = this.#clock.now();
      // If the clock was set back, an entry must not live longer.
      if (now < entry.until && now >= entry.until - this.#ttl) return entry.value;
    }
    if (!share) return this.#load(key, load);
    const loading = this.#loading.get(key);
    return loading ? this.#follow(key, loading, load) : this.#lead(key, load);
  }

  #lead(key: string, load: Loader<V>): Promise<V | null> {
    const loading = this.#load(key, load).finally(() => {
      if (this.#loading.get(key) === loading) this.#loading.delete(key);
    });
    this.#loading.set(key, loading);
    return loading;
  }

  /** Edge hosts may cancel a request, and with it a shared lookup, so waiting has a time limit. */
  async #follow(key: string, loading: Promise<V | null>, load: Loader<V>): Promise<V | null> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<typeof LATE>((resolve) => {
      timer = setTimeout(() => resolve(LATE), MAX_WAIT_MS);
    });
    const answer = await Promise.race([loading, late]).finally(() => clearTimeout(timer));
    return answer === LATE ? this.#lead(key, load) : answer;
  }

  async #load(key: string, load: Loader<V>): Promise<V | null> {
    const generation = this.#generation;
    const until = this.#clock.now() + this.#ttl;
    const loaded = await load();
    // A value forgotten in the meantime may have been read before the change.
    if (generation === this.#generation) {
      if (loaded) {
        this.#missing.delete(key);
        this.#found.set(key, { value: loaded.value, until: Math.min(until, loaded.until ?? until) });
      } else {
        this.#found.delete(key);
        this.#missing.set(key, { value: null, until });
      }
    }
    return loaded ? loaded.value : null;
  }

  forget(key: string): void {
    this.#generation++;
    this.#found.delete(key);
    this.#missing.delete(key);
    this.#loading.delete(key);
  }

  clear(): void {
    this.#generation++;
    this.#found.clear();
    this.#missing.clear();
    this.#loading.clear();
  }
}
