import type { JobSteps, Json, JsonObject } from "@plinth/core";
import { afterAnswer } from "./after-answer.ts";
import type { Engine, RequestContext } from "./engine.ts";
import { service } from "./services.ts";
import type { TraceContext } from "./trace.ts";

/** The schedule that runs the jobs of the server's own kinds. */
export const JOBS_SCHEDULE = "jobs";

/** The kind of the jobs that workers claim by the API. */
export const TASK = "task";

/** A job as its handler sees it. */
export interface RunningJob {
  readonly id: string;
  readonly workspaceId: string;
  /** Of this attempt: who has another one does not have the job any more. */
  readonly lease: string;
  readonly queue: string;
  readonly name: string;
  readonly payload: Json;
  /** From 1 on. */
  readonly attempt: number;
  /** Who has stored it, such as `user:ID`, or the owner of a trigger. */
  readonly createdBy: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The request that has caused it. */
  readonly requestId: string | null;
}

/** Runs jobs of one kind within the server. */
export interface JobHandler {
  /** Unique, and never changed after a release: stored jobs name it. */
  readonly kind: string;
  /** What is wrong with a payload of a caller's, as the end of a sentence; undefined: nothing. */
  check?(engine: Engine, payload: Json): { readonly field: string; readonly problem: string } | undefined;
  /**
   * What is wrong with the name of a caller's job, as the end of a sentence; undefined: nothing. Absent: any name is right. What it
   * names may be deleted later.
   */
  checkName?(ctx: RequestContext, name: string): Promise<string | undefined>;
  /** The payload of a job that a trigger stores, with what has triggered it. Absent: it is `trigger` of the payload. */
  triggered?(payload: Json, trigger: JsonObject): Json;
  /**
   * Runs one attempt and returns its result. What it throws is the reason why it failed; `JobFailure` says whether another
   * attempt may help. `signal` aborts when the job is cancelled, its time is over or the server stops.
   */
  run(job: RunningJob, context: JobContext): Promise<Json>;
}

export interface JobContext {
  readonly engine: Engine;
  readonly driver: RequestContext["driver"];
  readonly signal: AbortSignal;
  /** What the attempt starts is a part of it. */
  readonly trace: TraceContext;
  /** For work in several parts: what is done is not done again by the next attempt. */
  readonly step: JobSteps;
}

/** Why an attempt failed, in words for the administrators of the workspace. */
export class JobFailure extends Error {
  override readonly name = "JobFailure";
  constructor(
    message: string,
    /** False: another attempt would fail as well. */
    readonly retry = true,
  ) {
    super(message);
  }
}

/** What the features of this server run by themselves, by kind. */
export const jobHandlers = service("job handlers", ({ features }: Engine): ReadonlyMap<string, JobHandler> => {
  return new Map(features.flatMap(({ jobs = [] }) => jobs).map((handler) => [handler.kind, handler]));
});

/** What workers wait at. */
interface TaskQueue {
  readonly workspaceId: string;
  readonly queue: string;
}

const nameOf = ({ workspaceId, queue }: TaskQueue): string => `jobs:${workspaceId}:${queue}`;

/**
 * Wakes workers that wait for jobs of a queue: of this process at once, of others by the bus. As many as there are jobs, the one that
 * waits longest first: the others would look in vain.
 */
export const jobWaiters = service("waiting workers", ({ bus, log }: Engine) => {
  const waiting = new Map<string, Set<() => void>>();
  const counts = new Map<string, number>();
  const heard = new Set<string>();
  const wake = (name: string, most: number): void => {
    const among = waiting.get(name);
    for (const each of [...(among ?? [])].slice(0, most)) {
      // It is the last one that the next job wakes.
      among!.delete(each);
      among!.add(each);
      each();
    }
  };
  /** A message reaches the listeners of all workers: together they wake one. */
  const wakeOnce = (name: string): void => {
    if (heard.has(name)) return;
    heard.add(name);
    queueMicrotask(() => {
      heard.delete(name);
      wake(name, 1);
    });
  };
  const add = (workspaceId: string, by: number): void => {
    const count = (counts.get(workspaceId) ?? 0) + by;
    if (count === 0) counts.delete(workspaceId);
    else counts.set(workspaceId, count);
  };
  return {
    wake: (queue: TaskQueue, jobs: number): void => wake(nameOf(queue), jobs),
    /** Those of all queues. */
    count: (workspaceId: string): number => counts.get(workspaceId) ?? 0,
    /** Returns the function that ends it. A wake-up may get lost: whoever waits also looks now and then. */
    async wait(queue: TaskQueue, woken: () => void): Promise<() => void> {
      const name = nameOf(queue);
      const own = () => woken();
      const among = waiting.get(name) ?? new Set();
      waiting.set(name, among.add(own));
      add(queue.workspaceId, 1);
      // What belongs to a request may not wake that of another.
      const hear = bus?.lifetime === "request" ? own : () => wakeOnce(name);
      const leave = await bus?.subscribe(name, hear).catch((error: unknown): undefined => {
        log.warn("wake-ups of workers cannot be received; they poll instead", { bus: bus.name, error: String(error) });
      });
      return () => {
        among.delete(own);
        add(queue.workspaceId, -1);
        if (among.size === 0 && waiting.get(name) === among) waiting.delete(name);
        void Promise.resolve(leave?.()).catch(() => {});
      };
    },
  };
});

export interface StoredJob {
  readonly kind: string;
  readonly queue: string;
}

/** After these jobs were stored: has them run at once. Whoever stored them does not wait for that. */
export async function announceJobs(ctx: RequestContext, jobs: readonly StoredJob[]): Promise<void> {
  const tasks = jobs.filter(({ kind }) => kind === TASK);
  const { engine, driver } = ctx;
  await wakeWorkersFor(ctx, ctx.principal.workspaceId, tasks);
  // Where answers wait for ticks, this one would wait for whatever the jobs ask.
  if (engine.scheduler.answersWait || tasks.length === jobs.length) return;
  engine.scheduler.wake(JOBS_SCHEDULE);
  await afterAnswer(ctx, engine.scheduler.tickWhenDue(engine, driver));
}

/** The same for jobs that no request stores, from within a schedule: those of the server's own kinds run by theirs. */
export async function announceStoredJobs(
  engine: Engine,
  workspaceId: string,
  jobs: readonly StoredJob[],
): Promise<void> {
  await wakeWorkersFor(
    { engine },
    workspaceId,
    jobs.filter(({ kind }) => kind === TASK),
  );
  if (jobs.some(({ kind }) => kind !== TASK)) engine.scheduler.wake(JOBS_SCHEDULE);
}

type Waking = Pick<RequestContext, "engine" | "host">;

async function wakeWorkersFor(waking: Waking, workspaceId: string, tasks: readonly StoredJob[]): Promise<void> {
  for (const [queue, { length }] of Map.groupBy(tasks, (job) => job.queue)) {
    await wakeWorkers(waking, { workspaceId, queue }, length);
  }
}

/** Wakes workers that wait for tasks of a queue, as many as there may be now. */
export async function wakeWorkers({ engine, host }: Waking, which: TaskQueue, jobs: number): Promise<void> {
  const { bus, log } = engine;
  jobWaiters(engine).wake(which, jobs);
  if (!bus?.crossProcess) return;
  const sent = bus.publish(nameOf(which), "").catch((error: unknown) => {
    log.warn("a wake-up could not be sent", { bus: bus.name, error: String(error) });
  });
  if (host) host.defer(sent);
  else if (bus.lifetime === "request") await sent;
}
