import { elapsed, type SqlDriver } from "@plinth/core";
import { type ApiKeyRow, noteKeyUse } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";

/** How exact the time of the last use is. */
const EVERY_MS = 60_000;
const MAX_KEYS = 20_000;

/** When this process last recorded the use of a key. */
const recorded = service("uses of keys", (_: Engine) => new Lru<string, number>(MAX_KEYS));

/**
 * Records that a key is in use: at most once a minute and key. Called where a key is looked up, so a key that is cached
 * costs nothing. No request waits for it, except on a connection that ends with the request. One that fails is tried again
 * with the next lookup.
 */
export async function noteUse(engine: Engine, driver: SqlDriver, { id, lastUsedAt }: ApiKeyRow): Promise<void> {
  const now = engine.clock.now();
  const uses = recorded(engine);
  const last = Math.max(uses.get(id) ?? Number.NEGATIVE_INFINITY, lastUsedAt?.getTime() ?? Number.NEGATIVE_INFINITY);
  if (elapsed(now, last) < EVERY_MS) return;
  uses.set(id, now);
  const written = driver
    .run(noteKeyUse(driver, id, new Date(now), new Date(now - EVERY_MS)))
    .catch((error: unknown) => {
      uses.delete(id);
      engine.log.debug("the use of a key was not recorded", { key: id, error: String(error) });
    });
  if (driver.lifetime === "request") await written;
}
