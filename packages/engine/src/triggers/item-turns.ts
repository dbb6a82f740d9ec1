import type { Change } from "@plinth/core";
import type { JobTriggerRow } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";
import type { Occasion } from "./triggered-job.ts";

/** A longer key of an item would be longer than that of a job may be. */
const MAX_KEY = 200;

/** Gives the jobs of one item one key, and an order that they keep in the queue. */
export const itemTurns = service("turns of items", ({ clock }: Engine) => {
  const last = new Lru<string, number>(10_000);
  return {
    next({ id }: JobTriggerRow, { collectionId, item }: Change): Pick<Occasion, "concurrencyKey" | "runAt"> {
      const key = `${id}/${collectionId}/${item}`.slice(0, MAX_KEY);
      // Jobs of one queue run in the order of this time.
      const runAt = Math.max(clock.now(), (last.get(key) ?? 0) + 1);
      last.set(key, runAt);
      return { concurrencyKey: key, runAt };
    },
  };
});
