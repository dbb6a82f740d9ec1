import type { JobSteps, Json, JsonObject } from "@plinth/core";
import type { Engine, RequestContext } from "./engine.ts";
import { service } from "./services.ts";

/** The schedule that runs the jobs of the server's own kinds. */
export const JOBS_SCHEDULE = "jobs";

/** The kind of the jobs that workers claim by the API. */
export const TASK = "task";

/** A job as its handler sees it. */
export interface RunningJob {
  readonly id: string;
  readonly workspaceId: string;
  readonly queue: string;
  readonly name: string;
  readonly payload: Json;
  /** From 1 on. */
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Runs jobs of one kind within the server. */
export interface JobHandler {
  /** Unique, and never changed after a release: stored jobs name it. */
  readonly kind: string;
  /** What is wrong with a payload, as the end of a sentence; undefined: nothing. */
  check?(engine: Engine, payload: Json): { readonly field: string; readonly problem: string } | undefined;
  /**
   * Runs one attempt and returns its result. What it throws is the reason why it failed; `JobFailure` says whether another
   * attempt may help. `signal` aborts when the job is cancelled, its time is over or the server stops.
   */
  run(job: RunningJob, context: JobContext): Promise<JsonObject | null>;
}

export interface JobContext {
  readonly engine: Engine;
  readonly driver: RequestContext["driver"];
  readonly signal: AbortSignal;
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

const topicOf = (workspaceId: string): string => `jobs:${workspaceId}`;

/** Wakes workers that wait for jobs of a workspace: of this process at once, of others by the bus. */
export const jobWaiters = service("waiting workers", ({ bus, log }: Engine) => {
  const waiting = new Map<string, Set<() => void>>();
  const wake = (workspaceId: string): void => {
    for (const each of waiting.get(workspaceId) ?? []) each();
  };
  return {
    wake,
    count: (workspaceId: string): number => waiting.get(workspaceId)?.size ?? 0,
    /** Returns the function that ends it. A wake-up may get lost: whoever waits also looks now and then. */
    async wait(workspaceId: string, woken: () => void): Promise<() => void> {
      const own = () => woken();
      const among = waiting.get(workspaceId) ?? new Set();
      waiting.set(workspaceId, among.add(own));
      const leave = await bus?.subscribe(topicOf(workspaceId), own).catch((error: unknown): undefined => {
        log.warn("wake-ups of workers cannot be received; they poll instead", { bus: bus.name, error: String(error) });
      });
      return () => {
        among.delete(own);
        if (among.size === 0 && waiting.get(workspaceId) === among) waiting.delete(workspaceId);
        void Promise.resolve(leave?.()).catch(() => {});
      };
    },
  };
});

/** After jobs of these kinds were stored: has them run at once. Whoever stored them does not wait for that. */
export async function announceJobs(ctx: RequestContext, kinds: Iterable<string>): Promise<void> {
  const { engine, driver, host, principal } = ctx;
  const { workspaceId } = principal;
  const all = new Set(kinds);
  if (all.delete(TASK)) {
    jobWaiters(engine).wake(workspaceId);
    await tellOthers(ctx);
  }
  if (all.size === 0) return;
  engine.scheduler.wake(JOBS_SCHEDULE);
  const due = engine.scheduler.tickWhenDue(engine, driver);
  if (due && host) host.defer(due);
  // The caller closes a connection of one request, and does not know of other work on it.
  else if (driver.lifetime === "request") await due;
}

async function tellOthers({ engine, host, principal }: RequestContext): Promise<void> {
  const { bus, log } = engine;
  if (!bus?.crossProcess) return;
  const sent = bus.publish(topicOf(principal.workspaceId), "").catch((error: unknown) => {
    log.warn("a wake-up could not be sent", { bus: bus.name, error: String(error) });
  });
  if (host) host.defer(sent);
  else if (bus.lifetime === "request") await sent;
}
