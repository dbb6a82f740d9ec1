/** What every `Cache` must do. `advance` moves the cache's clock; without it the case of expiry really waits. */
import type { Cache } from "@plinth/core";
import { assert, equal } from "./assert.ts";
import { type Case, registerCases, type Test } from "./case.ts";

export interface CacheSuiteOptions {
  test: Test;
  /** An empty cache. */
  open(): Cache | Promise<Cache>;
  advance?(ms: number): void;
  /** How many entries a cache from `open` holds, where that is exact. */
  maxEntries?: number;
}

export function cacheSuite(options: CacheSuiteOptions): void {
  registerCases(options.test, cacheCases(options));
}

export function cacheCases(options: Omit<CacheSuiteOptions, "test">): Case[] {
  const advance = async (ms: number) => {
    if (options.advance) options.advance(ms);
    else await new Promise((resolve) => setTimeout(resolve, ms));
  };
  const MINUTE = { ttl: 60_000 };
  return [
    {
      name: "a value comes back until it is deleted",
      async run() {
        const cache = await options.open();
        equal(await cache.get("k"), undefined, "before");
        await cache.set("k", { a: [1, "x", null] }, MINUTE);
        equal(await cache.get("k"), { a: [1, "x", null] }, "the value");
        await cache.set("k", 0, MINUTE);
        equal(await cache.get("k"), 0, "a falsy value");
        await cache.delete("k");
        await cache.delete("k");
        equal(await cache.get("k"), undefined, "after");
      },
    },
    {
      name: "a value expires",
      async run() {
        const cache = await options.open();
        await cache.set("short", 1, { ttl: 1000 });
        await cache.set("long", 2, MINUTE);
        await advance(1100);
        equal(await cache.get("short"), undefined, "the short one");
        equal(await cache.get("long"), 2, "the long one");
      },
    },
    {
      name: "the cache is bounded, and what was used stays",
      ...(options.maxEntries === undefined && { skipped: "the bound of this cache is not exact" }),
      async run() {
        const cache = await options.open();
        const max = options.maxEntries!;
        for (let i = 0; i < max; i++) await cache.set(`k${i}`, i, MINUTE);
        equal(await cache.get("k0"), 0, "the oldest, used");
        await cache.set("one more", 1, MINUTE);
        equal(await cache.get("k0"), 0, "the used one");
        equal(await cache.get("k1"), undefined, "the one unused for longest");
        let alive = 0;
        for (let i = 0; i < max; i++) if ((await cache.get(`k${i}`)) !== undefined) alive++;
        assert(alive === max - 1, `${alive + 1} entries are alive, at most ${max} should be`);
      },
    },
  ];
}
