import type { SqlDriver } from "@plinth/core";
import { trimChanges } from "@plinth/db";
import type { Engine } from "../engine.ts";

/** Changes that one pass takes away: a few milliseconds of work. */
const PASS = 1000;
const EVERY_MS = 60_000;
const SOON_MS = 250;
const HOUR_MS = 3_600_000;

const due = new WeakMap<Engine, number>();

/**
 * Trims the log when it is time to, after a write; undefined when it is not. At most one pass is under way in a process.
 * The first comes at a random moment of the first minute, as instances are often started together.
 */
export function trimWhenDue(engine: Engine, driver: SqlDriver): Promise<void> | undefined {
  const now = engine.clock.now();
  const at = due.get(engine) ?? now + Math.random() * EVERY_MS;
  due.set(engine, at);
  // A clock that was set back must not put it off for ever.
  if (now < at && at - now <= EVERY_MS) return undefined;
  due.set(engine, now + EVERY_MS);
  return trim(engine, driver);
}

async function trim(engine: Engine, driver: SqlDriver): Promise<void> {
  const { changesKeepHours, changesKeepRows } = engine.config;
  try {
    const before = engine.clock.now() - changesKeepHours * HOUR_MS;
    const { more } = await trimChanges(driver, { before, rows: changesKeepRows, pass: PASS });
    if (more) due.set(engine, engine.clock.now() + SOON_MS);
  } catch (error) {
    engine.log.warn("the change log could not be trimmed", { error: String(error) });
  }
}
