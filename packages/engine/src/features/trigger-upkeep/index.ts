import type { SqlDriver } from "@plinth/core";
import { ensureTriggers } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";

const EVERY_MS = 60_000;

/**
 * Replaces triggers of the change log that an instance of an older version made since this one started:
 * docs/decisions/009-triggers-outside-reads.md.
 */
export const triggerUpkeep: Feature = {
  name: "trigger-upkeep",
  schedules: [{ name: "trigger-upkeep", everyMs: EVERY_MS, run: replaceOldTriggers }],
};

async function replaceOldTriggers({ log }: Engine, driver: SqlDriver): Promise<boolean> {
  const tables = await ensureTriggers(driver);
  if (tables.length > 0) log.info("triggers of the change log replaced", { tables });
  return false;
}
