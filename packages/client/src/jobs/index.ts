/**
 * Jobs: work that is done later, by workers or by the server.
 *
 * @module
 */
export type { Job, JobState, NewJob } from "../items/job.ts";
export type { JobEvent, NewJobEvent } from "./events.ts";
export { type JobFilter, type Jobs, jobs } from "./jobs.ts";
export type { CancelJobs, ManyJobs, ReplayJobs } from "./many.ts";
export type { JobQueue, JobQueueSettings, JobQueues, SavedJobQueue } from "./queues.ts";
export type { EventWait, JobSteps } from "./steps.ts";
export {
  JobFailed,
  type JobWorker,
  type Task,
  type TaskHandler,
  type TaskHandlers,
  type WorkOptions,
} from "./worker.ts";
