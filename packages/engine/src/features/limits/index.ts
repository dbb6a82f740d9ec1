import type { SqlDriver } from "@plinth/core";
import { trimLimits } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";

/** Every database accepts this many in one statement. */
const SLICE = 90;
const EVERY_MS = 10 * 60_000;

/** Deletes counts of limits whose time is over. The layer `identity` counts. */
export const limitRetention: Feature = {
  name: "limits",
  schedules: [{ name: "limits", everyMs: EVERY_MS, run: trim }],
};

async function trim({ clock }: Engine, driver: SqlDriver): Promise<boolean> {
  return trimLimits(driver, clock.now(), SLICE);
}
