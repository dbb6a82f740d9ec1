import { availableParallelism } from "node:os";
import { extname } from "node:path";
import process from "node:process";
import { type ReadPool, type ReadThread, type ReadThreadEvents, readPool } from "./read-pool.ts";
import type { ReadAnswer } from "./serve-reads.ts";
import { type SqliteOptions, TIME_LIMIT_MS } from "./sqlite-driver.ts";

/** How long a closing database waits for its threads. */
const CLOSE_MS = 1000;

/** Threads for the slow reads of a file; a database in memory belongs to one connection. */
export function readThreads(
  program: string,
  { path, threads = defaultThreads(), timeLimitMs = TIME_LIMIT_MS }: SqliteOptions,
): { pool?(): ReadPool } {
  if (threads === 0 || path === ":memory:" || path === "" || path.startsWith("file:")) return {};
  return {
    pool: () => readPool({ threads, timeLimitMs, start: (events) => startThread(program, path, events) }),
  };
}

/** At least two, so that a slow read does not keep up the others. */
function defaultThreads(): number {
  return Math.max(2, Math.min(4, availableParallelism() - 1));
}

function startThread(program: string, path: string, { ready, answered, died }: ReadThreadEvents): ReadThread {
  // Beside this file: as source, as a bundle of its own, or in an executable, whose name has no extension.
  const extension = extname(new URL(import.meta.url).pathname) || ".js";
  // On Bun, the module is a script that a start need not wait for.
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(new URL(`./${program}${extension}`, import.meta.url), { workerData: { path } });
  let isReading = false;
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  let failure: unknown = "it exited";
  worker.on("error", (error) => {
    failure = error;
  });
  worker.once("exit", () => died(failure));
  worker.on("message", (answer: ReadAnswer | "ready") => {
    const isLast = answer !== "ready" && ("failure" in answer || answer.ms !== undefined);
    if (isLast) isReading = false;
    // A thread without work must not keep the process alive. Bun forgets an `unref` from before the thread has started.
    if (!isReading) worker.unref();
    if (answer === "ready") ready();
    else answered(answer);
  });
  return {
    read(query) {
      isReading = true;
      worker.ref();
      worker.postMessage(query);
    },
    async close() {
      worker.postMessage("close");
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS);
      });
      await Promise.race([ended, late]);
      clearTimeout(timer);
      void worker.terminate();
    },
  };
}
