import { JobSuspended, type Json, jobSteps } from "@plinth/core";
import { PlinthClientError } from "../index.ts";
import type { Job } from "../items/job.ts";
import { type Requester, rest } from "../items/request.ts";
import { requireKnown } from "../known-options.ts";
import { backoff } from "../transport.ts";
import { pace } from "./pace.ts";
import { reporter, type SendReport } from "./reports.ts";
import { isLost, jobDataIn, stepStore } from "./step-store.ts";
import type { JobSteps } from "./steps.ts";
import { turns } from "./turns.ts";

/** A job that this worker has claimed. */
export interface Task extends Omit<Job, "payload" | "progress"> {
  // biome-ignore lint/suspicious/noExplicitAny: the program that enqueued it knows its form
  readonly payload: any;
  /** The header of W3C Trace Context for requests of this attempt. */
  readonly traceparent: string;
  /** Aborts when the job is cancelled, is another worker's, or the worker is stopped for good. */
  readonly signal: AbortSignal;
  /** For work in several parts: what is done is not done again by the next attempt. */
  readonly step: JobSteps;
  /** Shows how far it is, to whoever looks at the job. */
  progress(value: Json): Promise<void>;
}

/** Does one attempt. What it returns is the result; what it throws is the reason why the attempt failed. */
export type TaskHandler = (task: Task) => unknown;
export type TaskHandlers = TaskHandler | { readonly [name: string]: TaskHandler };

export interface WorkOptions {
  /** The most jobs at the same time; 1 unless given. */
  readonly concurrency?: number | undefined;
  /** After so many seconds without a sign of this worker, another one may have the job; 60 unless given. */
  readonly lease_seconds?: number | undefined;
  /** What the worker calls itself. */
  readonly worker?: string | undefined;
  /** Hears why jobs could not be claimed or reported; the worker goes on. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface JobWorker {
  /** Claims no more, and resolves when what is under way is done. */
  stop(): Promise<void>;
}

/** Thrown by a handler: no other attempt would help. */
export class JobFailed extends Error {
  override readonly name = "JobFailed";
}

const OPTIONS: readonly (keyof WorkOptions)[] = ["concurrency", "lease_seconds", "worker", "onError"];
const WAIT_SECONDS = 20;
const MOST_CLAIMED = 50;
/** Longer than a claim waits. */
const CLAIM_TIMEOUT_MS = 40_000;
const MOST_ERROR = 2000;
/** Of what became of a job: a server that is away for some seconds is waited for. */
const REPORT_RETRIES = 5;

interface Claimed extends Job {
  readonly lease: string;
  readonly traceparent: string;
}

/** Held without being begun for so long, a job is given back. */
const MOST_HELD_MS = 1000;
/** A claim asks for no more ahead. */
const MOST_CLAIMED_AHEAD = 100;
/** Reports that the server has not answered; with more, no other jobs are claimed. */
const MOST_UNREPORTED = 500;
/** So long none is claimed ahead from a server that does not know how: a newer one may have taken its place. */
const OLDER_SERVER_MS = 30_000;

/** What the attempts of a worker share. */
interface Attempts {
  readonly request: Requester;
  readonly send: SendReport;
  readonly handlers: TaskHandlers;
  readonly lease_seconds: number;
}

export function work(request: Requester, queue: string, handlers: TaskHandlers, options: WorkOptions = {}): JobWorker {
  requireKnown(options, OPTIONS, "work");
  const { concurrency = 1, lease_seconds = 60, worker = null, onError = () => {} } = options;
  const stopping = new AbortController();
  const send = reporter(request);
  const attempts: Attempts = { request, send, handlers, lease_seconds };
  /** Those whose report has no answer yet among them. */
  const under = new Set<Promise<void>>();
  const rate = pace();
  let held: { readonly job: Claimed; readonly since: number }[] = [];
  let active = 0;
  let changed = Promise.withResolvers<void>();
  let mayBeMore = false;
  let noneAheadUntil = 0;

  const claim = (limit: number, ahead: number): Promise<Claimed[]> => {
    const wait = limit > 0 && !mayBeMore ? WAIT_SECONDS : 0;
    const body = { limit, ...(ahead > 0 && { ahead }), wait, lease_seconds, worker };
    // Jobs of an answer that nobody hears stay this worker's until their leases end: only one that waits for jobs is cut short.
    const limits = { signal: wait > 0 ? stopping.signal : undefined, timeoutMs: CLAIM_TIMEOUT_MS, retries: 0 };
    return request(
      { method: "POST", path: `api/job-queues/${encodeURIComponent(queue)}/claim`, body },
      limits,
      jobDataIn<Claimed[]>,
    );
  };
  const begin = (job: Claimed): void => {
    active++;
    rate.began();
    const onEnd = (): void => {
      active--;
      rate.ended();
      fill();
    };
    const done = attempt(attempts, job, onEnd)
      .catch(onError)
      .finally(() => {
        under.delete(done);
        changed.resolve();
      });
    under.add(done);
  };
  const fill = (): void => {
    giveBack(performance.now() - most);
    while (active < concurrency && held.length > 0 && !stopping.signal.aborted && mayBegin()) begin(held.shift()!.job);
    changed.resolve();
  };
  const mayBegin = turns(fill);
  const giveBack = (since: number): void => {
    if (held.length === 0 || held[0]!.since > since) return;
    const late = held.filter((one) => one.since <= since);
    held = held.filter((one) => one.since > since);
    for (const { job } of late) {
      const { id, lease } = job;
      const done = send({ id, lease, action: "release" })
        // Its lease ends soon.
        .catch(() => {})
        .finally(() => under.delete(done));
      under.add(done);
    }
  };
  /** Not longer, also where the process stood still. */
  const most = Math.min(MOST_HELD_MS, (lease_seconds * 1000) / 4);
  const watch = setInterval(() => giveBack(performance.now() - most), most / 2);
  const claimMore = async (limit: number, ahead: number): Promise<void> => {
    const claimed = await claim(limit, ahead);
    const since = performance.now();
    for (const job of claimed) held.push({ job, since });
    mayBeMore = claimed.length === limit + ahead;
    fill();
  };
  const run = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      const limit = Math.min(MOST_CLAIMED, Math.max(0, concurrency - active - held.length));
      const room = mayBeMore && performance.now() >= noneAheadUntil ? rate.ahead() - held.length : 0;
      const ahead = Math.max(0, Math.min(MOST_CLAIMED_AHEAD, room));
      if (under.size - active >= MOST_UNREPORTED || (limit === 0 && ahead < MOST_CLAIMED_AHEAD / 4)) {
        await changed.promise;
        changed = Promise.withResolvers();
        continue;
      }
      try {
        await claimMore(limit, ahead);
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) break;
        if (ahead > 0 && error instanceof PlinthClientError && error.status === 400) {
          noneAheadUntil = performance.now() + OLDER_SERVER_MS;
          continue;
        }
        onError(error);
        await rest(backoff(failures++), stopping.signal);
      }
    }
    clearInterval(watch);
    giveBack(Number.POSITIVE_INFINITY);
    while (under.size > 0) await Promise.all(under);
  };
  const ended = run();
  return {
    stop() {
      stopping.abort();
      changed.resolve();
      return ended;
    },
  };
}

/** Does a job and reports what became of it. A job that is not this worker's any more needs no report. `onEnd`: it is done, and will be reported. */
async function attempt(
  { request, send, handlers, lease_seconds }: Attempts,
  job: Claimed,
  onEnd: () => void,
): Promise<void> {
  const { id, lease, progress: _, ...described } = job;
  const lost = new AbortController();
  const unlessLost = (reported: Promise<unknown>): Promise<void> =>
    reported.then(
      () => {},
      (error: unknown) => {
        if (!isLost(error)) throw error;
        lost.abort(error);
      },
    );
  const act = (action: string, body: object, retries?: number): Promise<void> => {
    const path = `api/jobs/${id}/${action}`;
    return unlessLost(request({ method: "POST", path, body: { lease, ...body } }, { retries }, jobDataIn));
  };
  const { settled, ...steps } = jobSteps(stepStore(request, job, (error) => lost.abort(error)));
  const step = steps as JobSteps;
  const sign = (): void => void act("heartbeat", { lease_seconds }).catch(() => {});
  const signs = setInterval(sign, (lease_seconds * 1000) / 3);
  const progress = (value: Json) => act("heartbeat", { lease_seconds, progress: value });
  const end = async (): Promise<() => Promise<void>> => {
    const sleep = (until: number) => () => act("sleep", { until: new Date(until).toISOString() }, REPORT_RETRIES);
    const report = (more: { readonly action: "complete" | "fail"; readonly [name: string]: unknown }) => () =>
      unlessLost(send({ id, lease, ...more }));
    try {
      const task = { id, ...described, signal: lost.signal, progress, step };
      const result = await handlerFor(handlers, job)(task);
      const until = await settled();
      return until === undefined ? report({ action: "complete", result: result ?? null }) : sleep(until);
    } catch (error) {
      const until = await settled();
      if (until !== undefined && error instanceof JobSuspended) return sleep(until);
      const message = String(error instanceof Error ? error.message : error).slice(0, MOST_ERROR);
      return report({ action: "fail", error: message || "It failed.", retry: !(error instanceof JobFailed) });
    }
  };
  try {
    const toReport = await end();
    onEnd();
    // That this cannot be reported is no failure of the job. The same report twice is answered alike.
    if (!lost.signal.aborted) await toReport();
  } finally {
    clearInterval(signs);
  }
}

function handlerFor(handlers: TaskHandlers, { name }: Job): TaskHandler {
  const handler = typeof handlers === "function" ? handlers : Object.hasOwn(handlers, name) && handlers[name];
  if (handler) return handler;
  return () => {
    throw new Error(`This worker has no handler for ${name}.`);
  };
}
