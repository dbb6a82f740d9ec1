import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";
import { allSources } from "../../kernel/sources.ts";

/** Maximum number of changes to delete at once: a few milliseconds of work. */
const SLICE = 1000;
const HOUR_MS = 3_600_000;
const EVERY_MS = 30_000;

/** Keeps the change log within `CHANGES_KEEP_HOURS` and `CHANGES_KEEP_ROWS`. */
export const logRetention: Feature = {
  name: "log-retention",
  schedules: [{ name: "log-retention", everyMs: EVERY_MS, run: trimLog }],
};

async function trimLog(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const { config, clock } = engine;
  const { changesKeepHours, changesKeepRows } = config;
  const before = clock.now() - changesKeepHours * HOUR_MS;
  let due = false;
  for (const { log } of allSources(engine, driver)) {
    const { more } = await log.trim({ before, rows: changesKeepRows, pass: SLICE });
    due ||= more;
  }
  return due;
}
