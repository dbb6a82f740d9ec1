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
}
