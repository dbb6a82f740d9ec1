import type { Json } from "./json.ts";

/** A step of a job that has a result: it is not run again. */
export interface KeptStep {
  readonly name: string;
  readonly result: Json;
}

/** Where the results of one job's steps are kept. */
export interface StepStore {
  /** The steps that were kept after `cursor`, in the order in which they were; null as the next cursor: there are no more. */
  page(cursor: string | null): Promise<{ readonly steps: readonly KeptStep[]; readonly next: string | null }>;
  /** Keeps a result, and returns what is kept: another attempt may have been faster. Throws where the job is another worker's. */
  keep(name: string, result: Json): Promise<Json>;
  /** The event for which a step waits, or null where none came in time, as its kept result. Otherwise: until when the job may sleep. */
  wait(name: string, wanted: WantedEvent): Promise<{ readonly result: Json } | { readonly until: number }>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** For what a step waits. */
export interface WantedEvent {
  readonly event: string;
  readonly key: string | null;
  /** From the first time that the step asks. */
  readonly timeoutMs: number;
}

export interface EventWait {
  /** The name of the event; that of the step unless given. */
  readonly event?: string | undefined;
  /** Events with another key are not for it. */
  readonly key?: string | null | undefined;
  /** Seconds, up to a year. */
  readonly timeout: number;
}

/** What has happened, as `POST /api/events` has stored it. */
export interface StepEvent {
  readonly id: string;
  readonly name: string;
  readonly key: string | null;
  readonly payload: Json;
  readonly created_at: string;
}

/** A job's work as a sequence of named steps: after a crash it goes on at the first one without a result. */
export interface JobSteps {
  /** Runs a function once, whatever happens to the worker, and returns its result, which must be JSON. */
  run<T extends Json | undefined>(name: string, work: () => T | Promise<T>): Promise<T>;
  /** Several at the same time. */
  all<W extends { readonly [name: string]: () => unknown }>(
    works: W,
  ): Promise<{ [N in keyof W]: Awaited<ReturnType<W[N]>> }>;
  /** Gives the job back for so many seconds. Nothing waits meanwhile; afterwards the function begins anew, and its steps are there. */
  sleep(name: string, seconds: number): Promise<void>;
  sleepUntil(name: string, time: Date): Promise<void>;
  /** Gives the job back until an event comes, and returns it; null where none came in time. Nothing waits meanwhile. */
  waitForEvent(name: string, wait: EventWait): Promise<StepEvent | null>;
}

/** Thrown by a sleep: the attempt ends, and the job goes on later. */
export class JobSuspended extends Error {
  override readonly name = "JobSuspended";
  /** `until`: milliseconds since the epoch. */
  constructor(readonly until: number) {
    super("The job sleeps.");
  }
}

export interface RunningSteps extends JobSteps {
  /** Resolves when no step is under way: whoever ends the attempt waits for their results. The time until which it sleeps, if it does. */
  settled(): Promise<number | undefined>;
}

export function jobSteps(store: StepStore): RunningSteps {
  const known = new Map<string, Json>();
  const used = new Set<string>();
  const under = new Set<Promise<unknown>>();
  let cursor: string | null | undefined;
  let until: number | undefined;
  let loading: Promise<unknown> = Promise.resolve();

  /** Reads on until the step is there: a job mostly repeats its steps in their order, so few are in memory. */
  const find = (name: string): Promise<Json | undefined> => {
    const found = loading.then(async () => {
      while (!known.has(name) && cursor !== null) {
        const { steps, next } = await store.page(cursor ?? null);
        for (const step of steps) known.set(step.name, step.result);
        cursor = next;
      }
      const result = known.get(name);
      known.delete(name);
      return result;
    });
    loading = found.catch(() => {});
    return found;
  };
  const keptOf = (name: string): Promise<Json | undefined> => {
    if (used.has(name)) throw new TypeError(`step: the name ${name.slice(0, 100)} is used twice`);
    used.add(name);
    return find(name);
  };
  const once = async (name: string, work: () => unknown): Promise<Json> => {
    const kept = await keptOf(name);
    return kept !== undefined ? kept : store.keep(name, ((await work()) ?? null) as Json);
  };
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    under.add(work);
    void work.catch(() => {}).finally(() => under.delete(work));
    return work;
  };
  const run = (name: string, work: () => unknown): Promise<Json> => tracked(once(name, work));
  const sleepUntil = async (name: string, time: number): Promise<void> => {
    const end = Number(await run(name, () => time));
    if (end <= store.now()) return;
    throw suspended(end);
  };
  const suspended = (end: number): JobSuspended => {
    until = Math.min(until ?? end, end);
    return new JobSuspended(end);
  };
  const waitForEvent = async (name: string, { event = name, key = null, timeout }: EventWait): Promise<Json> => {
    const kept = await keptOf(name);
    if (kept !== undefined) return kept;
    const answer = await store.wait(name, { event, key, timeoutMs: timeout * 1000 });
    if ("result" in answer) return answer.result;
    throw suspended(answer.until);
  };
  return {
    run: run as JobSteps["run"],
    async all(works) {
      const entries = Object.entries(works).map(async ([name, work]) => [name, await run(name, work)] as const);
      return Object.fromEntries(await Promise.all(entries)) as never;
    },
    sleep: (name, seconds) => sleepUntil(name, store.now() + seconds * 1000),
    sleepUntil: (name, time) => sleepUntil(name, time.getTime()),
    waitForEvent: (name, wait) => tracked(waitForEvent(name, wait)) as Promise<StepEvent | null>,
    async settled() {
      while (under.size > 0) await Promise.allSettled(under);
      return until;
    },
  };
}
