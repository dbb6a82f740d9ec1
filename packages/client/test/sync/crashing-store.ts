import type { Random } from "../../../../tests/fuzz/random.ts";
import type { OpenStore, SyncStore } from "../../src/sync/store.ts";

/** The program has died: nothing after this happens. */
export class Crash extends Error {}

/** A store whose program dies before or after a transaction, when `dies` says so. */
export function crashingStore(inner: SyncStore, random: Random, dies: () => boolean): SyncStore {
  let dead = false;
  return {
    ...inner,
    async open(name): Promise<OpenStore> {
      const store = await inner.open(name);
      dead = false;
      return {
        ...store,
        async write(changes) {
          if (dead) throw new Crash();
          dead = dies();
          const before = random.chance(0.5);
          if (dead && before) throw new Crash();
          // What is stored has gone through a structured clone, as in a real one.
          await store.write(structuredClone(changes));
          if (dead) throw new Crash();
        },
      };
    },
  };
}
