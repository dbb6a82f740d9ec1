import type { SqlDriver } from "@plinth/core";
import { ensureTriggers } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";
import { sourceOf } from "../../kernel/sources.ts";

const EVERY_MS = 60_000;

/**
 * Replaces change log triggers that an older instance created after this one started:
 * docs/decisions/009-triggers-outside-reads.md.
 */
export const triggerUpkeep: Feature = {
  name: "trigger-upkeep",
  schedules: [{ name: "trigger-upkeep", everyMs: EVERY_MS, run: replaceOldTriggers }],
};

async function replaceOldTriggers(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const tables = await ensureTriggers(driver, ({ source }) =>
    source !== undefined && engine.databases.has(source) ? sourceOf(engine, driver, { source }).schema : undefined,
  );
  if (tables.length > 0) engine.log.info("triggers of the change log replaced", { tables });
  return false;
}
