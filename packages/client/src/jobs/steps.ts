import type { JobEvent } from "./events.ts";

/** For what a step waits. */
export interface EventWait {
  /** The name of the event; that of the step unless given. */
  readonly event?: string | undefined;
  /** Events with another key are not for it. */
  readonly key?: string | null | undefined;
  /** Seconds from the first time that the step asks, up to a year. */
  readonly timeout: number;
}

/** A job's work as a sequence of named steps: after a crash it goes on at the first one without a result. */
export interface JobSteps {
  /** Runs a function once, whatever happens to the worker, and returns its result, which must be JSON. */
  run<T>(name: string, work: () => T | Promise<T>): Promise<T>;
  /** Several at the same time. */
  all<W extends { readonly [name: string]: () => unknown }>(
    works: W,
  ): Promise<{ [N in keyof W]: Awaited<ReturnType<W[N]>> }>;
  /** Gives the job back for so many seconds. Afterwards the function begins anew, and its steps are there. */
  sleep(name: string, seconds: number): Promise<void>;
  sleepUntil(name: string, time: Date): Promise<void>;
  /**
   * Gives the job back until an event comes that `jobs(client).event` has stored, and returns it; null where none came in time.
   *
   * @example
   * const approval = await step.waitForEvent("approved", { key: order.id, timeout: 3 * 86_400 });
   */
  waitForEvent(name: string, wait: EventWait): Promise<JobEvent | null>;
}
