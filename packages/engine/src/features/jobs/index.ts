import type { Feature } from "../../kernel/feature.ts";
import { JOBS_SCHEDULE } from "../../kernel/jobs.ts";
import { deliverJobEvents, nextJobEvents } from "./events/deliver.ts";
import { jobEvents } from "./events/post-event.ts";
import { httpJobs } from "./http.ts";
import { jobMigrations } from "./migrations.ts";
import { nextJobs } from "./next.ts";
import { runJobs, stopJobs } from "./run.ts";
import { jobEventTable, jobStepTable, jobWaitTable } from "./tables.ts";

export { JOB_STATES } from "@plinth/db";
export { enqueueJob } from "../../write/enqueue-job.ts";
export { claimJobs, claimSchema } from "./claim.ts";
export type { JobEvent } from "./events/job-event.ts";
export { postEventSchema, postJobEvent } from "./events/post-event.ts";
export { waitForEvent, waitSchema } from "./events/wait.ts";
export {
  cancelJobs,
  cancelJobsSchema,
  replayJobs,
  replayJobsSchema,
} from "./queues/bulk.ts";
export {
  getJobQueue,
  jobQueueSchema,
  listJobQueues,
  pauseJobQueue,
  resumeJobQueue,
  saveJobQueue,
} from "./queues/queues.ts";
export { completeJob, completeSchema, failJob, failSchema, heartbeatJob, heartbeatSchema } from "./report.ts";
export { type JobReportResult, jobReportsSchema, reportJobs } from "./reports.ts";
export { cancelJob, getJob, jobFilterSchema, listJobs, retryJob } from "./service.ts";
export { type JobStep, keepStep, keepStepSchema, listSteps, sleepJob, sleepSchema } from "./steps.ts";

/** How often jobs become due that were scheduled; what can run at once is started at once. */
const EVERY_MS = 1000;
/** Events that no request has brought to all that wait for them. */
const EVENTS_EVERY_MS = 5000;

/** Work that is stored and done later: docs/jobs.md. The layer `write` stores it. */
export const jobQueue: Feature = {
  name: "jobs",
  sends: true,
  tables: [jobStepTable, jobEventTable, jobWaitTable],
  migrations: jobMigrations,
  jobs: [httpJobs],
  jobEvents,
  // Where answers wait for ticks, no caller waits for the receivers of jobs: the timer's ticks run them.
  schedules: [
    { name: JOBS_SCHEDULE, everyMs: EVERY_MS, run: runJobs, next: nextJobs, tells: () => true, stop: stopJobs },
    { name: "job-events", everyMs: EVENTS_EVERY_MS, run: deliverJobEvents, next: nextJobEvents },
  ],
};
