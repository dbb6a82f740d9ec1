import type { SqlDriver } from "@plinth/core";
import { trimSecurityLog } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";

/** Maximum number of events to delete at once: a few milliseconds of work. */
const SLICE = 1000;
const DAY_MS = 86_400_000;
const EVERY_MS = 10 * 60_000;

/** What happened to accounts and rights. The layer `identity` writes it; this keeps it within `SECURITY_LOG_KEEP_DAYS`. */
export const securityLogRetention: Feature = {
  name: "security-log",
  schedules: [{ name: "security-log", everyMs: EVERY_MS, run: trim }],
};

async function trim({ config, clock }: Engine, driver: SqlDriver): Promise<boolean> {
  return trimSecurityLog(driver, new Date(clock.now() - config.securityLogKeepDays * DAY_MS), SLICE);
}
