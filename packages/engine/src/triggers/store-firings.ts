import type { SqlDriver } from "@plinth/core";
import { insertMissingJobs, type JobRow, type JobTriggerRow, moveJobTrigger, type TriggerProgress } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { announceStoredJobs } from "../kernel/jobs.ts";

/** The label of a batch that fails because the trigger is not any more as it was read. */
export const MOVED = "trigger";

/** Stores jobs and moves their trigger on, in one batch: of processes that do so at once, one does. */
export async function storeFirings(
  engine: Engine,
  driver: SqlDriver,
  row: JobTriggerRow,
  { jobs, progress }: { readonly jobs: readonly JobRow[]; readonly progress: TriggerProgress },
): Promise<void> {
  await driver.batch([...moveJobTrigger(driver, row, progress, MOVED), ...insertMissingJobs(driver, jobs)]);
  await announceStoredJobs(engine, row.workspaceId, jobs);
}
