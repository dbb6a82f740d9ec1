/**
 * Threads that run the slow reads of a database, so that the main thread goes on answering. SQLite's modules cannot
 * interrupt a statement. So at its time limit the caller gets an error, the thread is set aside until the statement
 * ends, and another one takes its place; there are never more than twice as many threads as were asked for.
 *
 * No caller can keep the others out: where all threads run long reads, a caller who has none gets a thread of its own,
 * and nobody holds more than the threads that were asked for, with those that are set aside.
 */
import { DataError, type SqlQuery, type SqlRow } from "@plinth/core";
import { LONG_MS } from "./read-placement.ts";
import type { ReadAnswer } from "./serve-reads.ts";
import { mapSqliteError } from "./sqlite-errors.ts";

export interface ReadThread {
  read(query: SqlQuery): void;
  /** Closes its connection and ends; a thread that does not do so in time is terminated. */
  close(): Promise<void>;
}

export interface ReadThreadEvents {
  /** It has started, and may already have a read to do. */
  ready(): void;
  answered(answer: ReadAnswer): void;
  /** It ended by itself, or did not start. */
  died(error: unknown): void;
}

export interface ReadPoolOptions {
  readonly threads: number;
  readonly timeLimitMs: number;
  start(events: ReadThreadEvents): ReadThread;
}

export interface ReadPool {
  /** `long`: it is known to take long, and may not use the last thread. */
  read(query: SqlQuery, long: boolean): Promise<ThreadRead>;
  /** Starts a thread before there are reads for it. */
  startAhead(): void;
  close(): Promise<void>;
}

export interface ThreadRead {
  readonly rows: SqlRow[];
  /** The time of the statement itself. */
  readonly ms: number;
}

interface Job {
  readonly query: SqlQuery;
  /** It is known to take long, or has. */
  long: boolean;
  rows: SqlRow[] | undefined;
  thread?: Worker;
  resolve(read: ThreadRead): void;
  reject(error: DataError): void;
  timer?: ReturnType<typeof setTimeout>;
}

interface Worker {
  readonly thread: ReadThread;
  job: Job | undefined;
  ready: boolean;
  /** Its caller waits no longer. */
  overdue: boolean;
}

export function readPool({ threads, timeLimitMs, start }: ReadPoolOptions): ReadPool {
  const workers = new Set<Worker>();
  const idle: Worker[] = [];
  const waiting: Job[] = [];
  let closed = false;

  /** Threads start one after another: a start takes the core from the main thread for as long as its program loads. */
  const isStarting = ({ ready }: Worker) => !ready;
  const isActive = ({ job, overdue }: Worker) => job !== undefined && !overdue;
  const isLong = (worker: Worker) => isActive(worker) && worker.job!.long;
  const count = (of: (worker: Worker) => boolean) => [...workers].filter(of).length;
  const held = ({ query: { caller } }: Job) => count(({ job }) => job?.query.caller === caller);
  const allLong = () => count(isActive) === count(isLong);

  function pump(): void {
    for (let job = next(); job; job = next()) {
      waiting.splice(waiting.indexOf(job), 1);
      run(idle.pop() ?? another(), job);
    }
  }

  /** Of the jobs that may start, the first of the caller with the fewest reads. */
  function next(): Job | undefined {
    let best: Job | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const job of waiting) {
      const own = held(job);
      if (own >= fewest || !mayStart(job, own)) continue;
      best = job;
      fewest = own;
    }
    return best;
  }

  function mayStart({ query, long }: Job, own: number): boolean {
    if (idle.length === 0 && (count(isStarting) > 0 || workers.size >= threads * 2)) return false;
    if (query.caller !== undefined && own >= threads) return false;
    if (count(isActive) < threads) return !long || threads === 1 || count(isLong) < threads - 1;
    return !long && allLong() && (query.caller === undefined || own === 0);
  }

  function another(): Worker {
    const worker: Worker = {
      thread: start({
        ready() {
          worker.ready = true;
          pump();
        },
        answered: (answer) => answered(worker, answer),
        died: (error) => died(worker, error),
      }),
      job: undefined,
      ready: false,
      overdue: false,
    };
    workers.add(worker);
    return worker;
  }

  function startAhead(): void {
    if (!closed && workers.size === 0) idle.push(another());
  }

  function run(worker: Worker, job: Job): void {
    worker.job = job;
    job.thread = worker;
    clearTimeout(job.timer);
    job.timer =
      timeLimitMs > LONG_MS ? setTimeout(() => tookLong(job), LONG_MS) : setTimeout(() => expire(job), timeLimitMs);
    worker.thread.read(job.query);
  }

  function tookLong(job: Job): void {
    job.long = true;
    job.timer = setTimeout(() => expire(job), timeLimitMs - LONG_MS);
    pump();
  }

  function answered(worker: Worker, answer: ReadAnswer): void {
    const { job } = worker;
    if (!job) return;
    if ("failure" in answer) {
      const { message, code } = answer.failure;
      settle(job)?.reject(mapSqliteError(Object.assign(new Error(message), { code })));
    } else {
      if (!worker.overdue) job.rows = joined(job.rows, answer.rows);
      if (answer.ms === undefined) return;
      settle(job)?.resolve({ rows: job.rows ?? [], ms: answer.ms });
    }
    free(worker);
  }

  function free(worker: Worker): void {
    worker.job = undefined;
    worker.overdue = false;
    idle.push(worker);
    pump();
    // While all others run long reads, one more thread stays for the next short one.
    const needed = allLong() ? threads + 1 : threads;
    while (idle.length > 0 && count(({ overdue }) => !overdue) > needed) {
      const spare = idle.pop()!;
      workers.delete(spare);
      void spare.thread.close();
    }
  }

  function died(worker: Worker, error: unknown): void {
    if (!workers.delete(worker)) return;
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
    const message = `A thread that reads the database has ended: ${error instanceof Error ? error.message : error}`;
    if (worker.job) settle(worker.job)?.reject(new DataError("unavailable", { message, cause: error }));
    pump();
  }

  function expire(job: Job): void {
    const { thread } = job;
    if (thread) {
      thread.overdue = true;
      settle(job)?.reject(new DataError("time_limit"));
    } else {
      waiting.splice(waiting.indexOf(job), 1);
      settle(job)?.reject(new DataError("timeout", { message: "no thread was free to read within the time limit" }));
    }
    pump();
  }

  /** The job, the first time. */
  function settle(job: Job): Job | undefined {
    if (job.timer === undefined) return undefined;
    clearTimeout(job.timer);
    delete job.timer;
    return job;
  }

  return {
    read: (query, long) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new DataError("unavailable", { message: "the database is closed" }));
        const job: Job = { query, long, rows: undefined, resolve, reject };
        // A wait for a thread and the statement itself each have the whole limit.
        job.timer = setTimeout(() => expire(job), timeLimitMs);
        waiting.push(job);
        pump();
      }),
    startAhead,
    async close() {
      closed = true;
      const error = new DataError("unavailable", { message: "the database is closed" });
      for (const job of [...waiting.splice(0), ...[...workers].flatMap((one) => one.job ?? [])]) {
        settle(job)?.reject(error);
      }
      const all = [...workers];
      workers.clear();
      await Promise.all(all.map(({ thread }) => thread.close()));
    },
  };
}

function joined(rows: SqlRow[] | undefined, more: SqlRow[]): SqlRow[] {
  if (!rows) return more;
  for (const row of more) rows.push(row);
  return rows;
}
