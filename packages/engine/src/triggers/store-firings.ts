import type { SqlDriver, SqlQuery } from "@plinth/core";
import { insertMissingJobs, type JobRow, type JobTriggerRow, moveJobTrigger, type TriggerProgress } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { announceStoredJobs } from "../kernel/jobs.ts";
import { firingRuns } from "./firing-runs.ts";

/** The label of a batch that fails because the trigger is not any more as it was read. */
export const MOVED = "trigger";

/** Of jobs that one batch stores, and about what a job has beside its payload. */
export const BATCH_CHARS = 4_000_000;
export const JOB_CHARS = 500;

/**
 * Stores jobs and moves their trigger on, in one batch: of processes that do so at once, one does. Those that are too large for it are
 * stored before: whoever stores them gives them the same ids.
 */
export async function storeFirings(
  engine: Engine,
  driver: SqlDriver,
  row: JobTriggerRow,
  {
    jobs,
    progress,
    events = [],
    move = moveJobTrigger,
  }: {
    readonly jobs: readonly JobRow[];
    readonly progress: TriggerProgress;
    /** Statements of the same batch. */
    readonly events?: readonly SqlQuery[];
    readonly move?: typeof moveJobTrigger;
  },
): Promise<void> {
  let [rest, chars]: [JobRow[], number] = [[], 0];
  for (const job of jobs) {
    const more = job.payload.length + JOB_CHARS;
    if (rest.length > 0 && chars + more > BATCH_CHARS) {
      await driver.batch(insertMissingJobs(driver, rest));
      [rest, chars] = [[], 0];
    }
    rest.push(job);
    chars += more;
  }
  await driver.batch([
    ...move(driver, row, progress, MOVED),
    ...insertMissingJobs(driver, rest),
    ...firingRuns(engine, driver, row, jobs),
    ...events,
  ]);
  await announceStoredJobs(engine, row.workspaceId, jobs);
}
