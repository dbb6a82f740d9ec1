import { jsonIn } from "../index.ts";
import type { JobState } from "../items/job.ts";
import {
  REQUEST_OPTIONS,
  type Requester,
  type RequestOptions,
  WRITE_OPTIONS,
  type WriteOptions,
} from "../items/request.ts";
import { requireKnown } from "../known-options.ts";
import { type Page, type PageOptions, pageQuery } from "../page.ts";
import { type ManyJobs, manyJobs, pathOfQueue } from "./many.ts";

/** How a queue is worked off. What is left out has its default, but for `paused`, which stays. */
export interface JobQueueSettings {
  /** True: nothing of the queue begins. */
  readonly paused?: boolean | undefined;
  /** The most active jobs, of all workers and servers. */
  readonly concurrency?: number | null | undefined;
  /** Within any so many seconds, at most so many jobs begin. */
  readonly rate_limit?: { readonly jobs: number; readonly seconds: number } | null | undefined;
  /** Of jobs that name none; 5 unless set. */
  readonly max_attempts?: number | undefined;
  /** After the first failure; then it doubles. 10 unless set. */
  readonly backoff_seconds?: number | undefined;
  /** 3600 unless set. */
  readonly max_backoff_seconds?: number | undefined;
  /** A week unless set. */
  readonly keep_succeeded_seconds?: number | undefined;
  /** 30 days unless set. */
  readonly keep_dead_seconds?: number | undefined;
}

export interface SavedJobQueue {
  readonly queue: string;
  readonly paused: boolean;
  readonly concurrency: number | null;
  readonly rate_limit: { readonly jobs: number; readonly seconds: number } | null;
  readonly max_attempts: number;
  readonly backoff_seconds: number;
  readonly max_backoff_seconds: number;
  readonly keep_succeeded_seconds: number;
  readonly keep_dead_seconds: number;
}

/** A queue with what is in it. */
export interface JobQueue extends SavedJobQueue {
  /** Up to 10,000 of each state. */
  readonly counts: Readonly<Record<JobState, number>>;
  /** Since when the job could begin that waits longest. */
  readonly oldest_pending_at: string | null;
  readonly succeeded_last_minute: number;
}

export interface JobQueues extends ManyJobs {
  /** Those that have jobs or settings, by their names. */
  list(page?: PageOptions, options?: RequestOptions): Promise<Page<JobQueue>>;
  get(queue: string, options?: RequestOptions): Promise<JobQueue>;
  /**
   * Sets how a queue is worked off.
   *
   * @example
   * await jobs(client).queues.save("mail", { concurrency: 5, rate_limit: { jobs: 100, seconds: 60 } });
   */
  save(queue: string, settings: JobQueueSettings, options?: WriteOptions): Promise<SavedJobQueue>;
  /** Nothing of the queue begins until it is resumed. What is active goes on. */
  pause(queue: string, options?: WriteOptions): Promise<SavedJobQueue>;
  resume(queue: string, options?: WriteOptions): Promise<SavedJobQueue>;
}

const SETTINGS: readonly (keyof JobQueueSettings)[] = [
  "paused",
  "concurrency",
  "rate_limit",
  "max_attempts",
  "backoff_seconds",
  "max_backoff_seconds",
  "keep_succeeded_seconds",
  "keep_dead_seconds",
];

export function jobQueues(request: Requester): JobQueues {
  const one = async <T>(response: Response) => (await jsonIn<{ data: T }>(response)).data;
  const act = (queue: string, action: "pause" | "resume", options: WriteOptions): Promise<SavedJobQueue> => {
    requireKnown(options, WRITE_OPTIONS, action);
    return request(
      { method: "POST", path: `${pathOfQueue(queue)}/${action}`, write: true },
      options,
      one<SavedJobQueue>,
    );
  };
  return {
    ...manyJobs(request),
    async list(page = {}, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "list");
      const query = pageQuery(page, "list");
      return request({ method: "GET", path: "api/job-queues", query }, options, jsonIn<Page<JobQueue>>);
    },
    async get(queue, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "get");
      return request({ method: "GET", path: pathOfQueue(queue) }, options, one<JobQueue>);
    },
    async save(queue, settings, options = {}) {
      requireKnown(settings, SETTINGS, "save");
      requireKnown(options, WRITE_OPTIONS, "save");
      return request(
        { method: "PUT", path: pathOfQueue(queue), body: settings, write: true },
        options,
        one<SavedJobQueue>,
      );
    },
    pause: async (queue, options = {}) => act(queue, "pause", options),
    resume: async (queue, options = {}) => act(queue, "resume", options),
  };
}
