import type { Cache, Clock } from "@plinth/core";
import { systemClock } from "./system-clock.ts";

interface Entry {
  value: unknown;
  expires: number;
}

/**
 * A cache in this process that forgets what was used longest ago. A `Map` keeps insertion order, so moving an entry to
 * the end at each use keeps the oldest one first.
 *
 * @example
 * const cache = memoryCache({ maxEntries: 10_000 });
 */
export function memoryCache(options: { maxEntries: number; clock?: Clock }): Cache {
  const { maxEntries, clock = systemClock } = options;
  const entries = new Map<string, Entry>();
  return {
    name: "memory",
    async get<T>(key: string) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      if (entry.expires <= clock.now()) return undefined;
      entries.set(key, entry);
      return entry.value as T;
    },
    async set(key, value, { ttl }) {
      entries.delete(key);
      if (entries.size >= maxEntries) {
        const oldest = entries.keys().next();
        if (!oldest.done) entries.delete(oldest.value);
      }
      entries.set(key, { value, expires: clock.now() + ttl });
    },
    async delete(key) {
      entries.delete(key);
    },
  };
}
