import type { SqlDriver } from "@plinth/core";
import { trimChanges } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";

/** Changes that are taken away at once: a few milliseconds of work. */
const SLICE = 1000;
const HOUR_MS = 3_600_000;
const EVERY_MS = 30_000;

/** Keeps the change log within `CHANGES_KEEP_HOURS` and `CHANGES_KEEP_ROWS`. */
export const logRetention: Feature = {
  name: "log-retention",
  schedules: [{ name: "log-retention", everyMs: EVERY_MS, run: trimLog }],
};

async function trimLog({ config, clock }: Engine, driver: SqlDriver): Promise<boolean> {
  const { changesKeepHours, changesKeepRows } = config;
  const before = clock.now() - changesKeepHours * HOUR_MS;
  return (await trimChanges(driver, { before, rows: changesKeepRows, pass: SLICE })).more;
}
