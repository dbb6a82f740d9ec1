import { deferred } from "../deferred.ts";
import { PlinthClientError } from "../index.ts";
import { backoff } from "../transport.ts";
import { SETTLE_MS } from "./apply-answer.ts";
import { mayPass } from "./errors.ts";
import type { PullResult } from "./pull.ts";
import type { Replicator } from "./replicator.ts";

/**
 * `connecting`: it reads what is missing, or tries again to reach the server. `live`: up to date, and follows changes.
 * `signed_out`: the server asks who it is; it goes on after a sign-in. `stopped`: `error` says what must be changed.
 */
export type RunnerState = "connecting" | "live" | "signed_out" | "stopped";

export interface RunnerStatus {
  readonly state: RunnerState;
  /** The last failure, until there is a success. */
  readonly error?: Error | undefined;
}

/** Keeps a replica up to date, and sends its writes. */
export interface Runner {
  readonly status: RunnerStatus;
  start(): void;
  /** There is something to send. */
  push(): void;
  /** The network or the session is back: stop waiting. */
  retryNow(): void;
  /** Ends the requests; fulfilled when nothing of them goes on. */
  stop(): Promise<void>;
}

/** A server that does not wait for news is not asked without a pause. */
const IDLE_MS = 1000;

export function createRunner(replicator: Replicator, onStatus: (status: RunnerStatus) => void): Runner {
  let status: RunnerStatus = { state: "connecting" };
  let abort = new AbortController();
  /** That of the request that only waits for news. */
  let waiting: AbortController | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let rests = new Set<() => void>();
  let upToDate = deferred<void>();
  let wanted = deferred<void>();
  let settling: ReturnType<typeof setTimeout> | undefined;

  const enter = (next: RunnerStatus): void => {
    if (next.state === status.state && next.error === status.error) return;
    status = next;
    onStatus(next);
  };

  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(end, ms);
      function end(): void {
        clearTimeout(timer);
        rests.delete(end);
        resolve();
      }
      rests.add(end);
    });

  /** Waits as long as a failure asks for. */
  const recover = async (error: unknown, failures: number): Promise<void> => {
    const pause = pauseAfter(error, failures);
    const state = pause !== undefined ? "connecting" : isUnauthorized(error) ? "signed_out" : "stopped";
    enter({ state, error: error as Error });
    await rest(pause ?? Number.POSITIVE_INFINITY);
  };

  /**
   * What the server has taken is shown until its changes include it. Of an item that no shape holds no change ever comes, so
   * somebody has to ask instead of waiting for news.
   */
  const settle = (): void => {
    settling ??= setTimeout(() => {
      settling = undefined;
      if (replicator.replica.settled.size === 0) return;
      waiting?.abort();
      // What was taken meanwhile is too young for that answer.
      settle();
    }, SETTLE_MS);
  };

  const pullLoop = async ({ signal }: AbortController): Promise<void> => {
    let failures = 0;
    let wait = false;
    while (!signal.aborted) {
      waiting = new AbortController();
      const begun = Date.now();
      try {
        const found: PullResult = await withEither(signal, wait ? waiting.signal : undefined, (either) =>
          replicator.pull(wait, either),
        );
        failures = 0;
        if (found === "more") enter({ state: "connecting" });
        else {
          enter({ state: "live" });
          upToDate.resolve();
          upToDate = deferred();
          if (wait && found === "nothing" && Date.now() - begun < IDLE_MS) await rest(IDLE_MS);
        }
        wait = found !== "more";
      } catch (error) {
        if (signal.aborted) return;
        // Somebody wants the news at once.
        if (!waiting.signal.aborted) await recover(error, failures++);
        wait = false;
      }
    }
  };

  const pushLoop = async ({ signal }: AbortController): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      const next = wanted.promise;
      try {
        const result = await replicator.push(signal);
        failures = 0;
        if (result === "sent") settle();
        if (result === "behind") {
          const read = upToDate.promise;
          waiting?.abort();
          await Promise.race([read, ended(signal)]);
        }
        if (result === "idle") await Promise.race([next, ended(signal)]);
      } catch (error) {
        if (!signal.aborted) await recover(error, failures++);
      }
    }
  };

  const runner: Runner = {
    get status() {
      return status;
    },
    start() {
      abort = new AbortController();
      enter({ state: "connecting" });
      settle();
      running = Promise.all([pullLoop(abort), pushLoop(abort)]);
    },
    push() {
      wanted.resolve();
      wanted = deferred();
    },
    retryNow() {
      for (const end of [...rests]) end();
    },
    async stop() {
      abort.abort();
      runner.retryNow();
      await running.catch(() => undefined);
      replicator.end();
      clearTimeout(settling);
      settling = undefined;
      rests = new Set();
    },
  };
  return runner;
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof PlinthClientError && error.status === 401;
}

/** Milliseconds until it may work; undefined: only if something is changed. */
export function pauseAfter(error: unknown, failures: number): number | undefined {
  if (!(error instanceof PlinthClientError)) return undefined;
  const asked = error.retryAfter === undefined ? undefined : 1000 * error.retryAfter;
  // A server that was killed leaves the key taken for some seconds. It is not busy, so longer pauses would not help it.
  if (error.code === "CONFLICT") return asked ?? backoff(0);
  return mayPass(error) ? Math.max(backoff(failures), asked ?? 0) : undefined;
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** The work's signal is aborted with the first of the two. */
async function withEither<T>(
  first: AbortSignal,
  second: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const both = new AbortController();
  const stop = (): void => both.abort();
  const signals = second ? [first, second] : [first];
  for (const signal of signals) {
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  }
  try {
    return await work(both.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", stop);
  }
}
