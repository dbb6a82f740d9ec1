import { PlinthError, type SqlDriver } from "@plinth/core";
import { insertSecurityEvent, type JobTriggerRow, noteJobTrigger } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { failedFiring } from "./firing-runs.ts";
import { firingAt, withFirings } from "./trigger.ts";

/** What a trigger refers to is gone: no other attempt would help. */
const GONE: ReadonlySet<string> = new Set(["VALIDATION", "UNKNOWN_FIELD", "UNKNOWN_OPERATOR", "COLLECTION_NOT_FOUND"]);

export function isBroken(error: unknown): error is PlinthError {
  return error instanceof PlinthError && GONE.has(error.code);
}

/** Better no job than one that nobody wanted. Its owner turns it on again. */
export async function turnOff(engine: Engine, driver: SqlDriver, row: JobTriggerRow, reason: string): Promise<void> {
  const { id, workspaceId, owner, name } = row;
  engine.log.warn("a trigger was turned off", { workspaceId, owner, name, reason });
  const now = engine.clock.now();
  const firings = withFirings(row, [{ ...firingAt(now, now, null, reason), off: true }]);
  const event = { workspaceId, at: now, type: "trigger_off", outcome: "failed", target: owner } as const;
  await driver.batch([
    noteJobTrigger(driver, id, { enabled: false, dueAt: null, firings }),
    insertSecurityEvent(driver, { ...event, detail: { name, reason } }),
    ...failedFiring(engine, driver, row, reason),
  ]);
}
