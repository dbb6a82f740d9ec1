import type { Client } from "../client.ts";
import { jsonIn } from "../index.ts";
import { JOB_KEYS, type Job, type JobState, type NewJob } from "../items/job.ts";
import { REQUEST_OPTIONS, type RequestOptions, WRITE_OPTIONS, type WriteOptions } from "../items/request.ts";
import { requireKnown } from "../known-options.ts";
import { type Page, type PageOptions, pageQuery } from "../page.ts";
import { type PartOptions, partRequester } from "../part-requester.ts";
import { EVENT_KEYS, type JobEvent, type NewJobEvent } from "./events.ts";
import { type JobQueues, jobQueues } from "./queues.ts";
import { type JobWorker, type TaskHandlers, type WorkOptions, work } from "./worker.ts";

export interface JobFilter extends PageOptions {
  readonly state?: JobState | undefined;
  readonly queue?: string | undefined;
  readonly name?: string | undefined;
}

/** Work that is done later, for programs with a secret key. */
export interface Jobs {
  /**
   * Stores a job, or finds the one with its unique key that has not ended. `batch` stores one together with items.
   *
   * @example
   * const job = await jobs(client).enqueue({ name: "receipt", payload: { order: order.id } });
   */
  enqueue(job: NewJob, options?: WriteOptions): Promise<Job>;
  get(id: string, options?: RequestOptions): Promise<Job>;
  /** A page of the jobs, newest first. */
  list(filter?: JobFilter, options?: RequestOptions): Promise<Page<Job>>;
  cancel(id: string, options?: WriteOptions): Promise<Job>;
  /** Runs a job again that has ended, or now one that waits for its time. */
  retry(id: string, options?: WriteOptions): Promise<Job>;
  /**
   * Stores an event, and wakes the jobs of which a step waits for it.
   *
   * @example
   * await jobs(client).event({ name: "approved", key: order.id, payload: { by: "Ann" } });
   */
  event(event: NewJobEvent, options?: WriteOptions): Promise<JobEvent>;
  /** What is in the queues, and how they are worked off. */
  readonly queues: JobQueues;
  /**
   * Does the tasks of a queue, until it is stopped: by a handler for each name, or by one for all.
   *
   * @example
   * const worker = jobs(client).work("default", {
   *   receipt: async ({ payload }) => sendReceipt(payload.order),
   * });
   * process.once("SIGTERM", () => worker.stop());
   */
  work(queue: string, handlers: TaskHandlers, options?: WorkOptions): JobWorker;
}

/**
 * The jobs of the client's workspace, with the credentials of the client.
 *
 * @example
 * const job = await jobs(client).enqueue({ name: "receipt", payload: { order: order.id } });
 */
export function jobs(client: Pick<Client, "request">, options: PartOptions = {}): Jobs {
  const request = partRequester(client, options, "jobs");
  const one = async (response: Response) => (await jsonIn<{ data: Job }>(response)).data;
  const act = (id: string, action: string, options: WriteOptions): Promise<Job> => {
    requireKnown(options, WRITE_OPTIONS, action);
    return request({ method: "POST", path: `${pathOf(id)}/${action}`, write: true }, options, one);
  };
  return {
    async enqueue(job, options = {}) {
      requireKnown(job, JOB_KEYS, "enqueue");
      requireKnown(options, WRITE_OPTIONS, "enqueue");
      return request({ method: "POST", path: "api/jobs", body: job, write: true }, options, one);
    },
    async get(id, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "get");
      return request({ method: "GET", path: pathOf(id) }, options, one);
    },
    async list(filter = {}, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "list");
      const query = pageQuery(filter, "list", ["state", "queue", "name"]);
      return request({ method: "GET", path: "api/jobs", query }, options, jsonIn<Page<Job>>);
    },
    cancel: async (id, options = {}) => act(id, "cancel", options),
    retry: async (id, options = {}) => act(id, "retry", options),
    async event(event, options = {}) {
      requireKnown(event, EVENT_KEYS, "event");
      requireKnown(options, WRITE_OPTIONS, "event");
      const read = async (response: Response) => (await jsonIn<{ data: JobEvent }>(response)).data;
      return request({ method: "POST", path: "api/events", body: event, write: true }, options, read);
    },
    queues: jobQueues(request),
    work: (queue, handlers, options) => work(request, queue, handlers, options),
  };
}

const pathOf = (id: string): string => `api/jobs/${encodeURIComponent(id)}`;
