/**
 * Writes that arrive in the same turn of the event loop share one transaction, as the commit is most of a small write's
 * cost. Each succeeds or fails by itself: a batch is undone to its savepoint, a single statement by SQLite. No answer
 * is sent before the commit, and if the shared transaction fails, each write runs again on its own.
 */
import type { DataError, DataErrorKind, SqlQuery, SqlResult } from "@plinth/core";
import { mapSqliteError } from "./sqlite-errors.ts";

export interface GroupOptions {
  write(query: SqlQuery): SqlResult;
  /** Throws where nothing may be written. */
  check(): void;
  /** Called before each further statement of a batch that began at `began`. */
  inTime(queries: readonly SqlQuery[], began: number): void;
  /** Begins the transaction of these. */
  begin(group: readonly BatchWork[]): void;
  /** A statement without values. */
  exec(sql: string): void;
  /** Runs one work item in its own transaction, waiting for writers of other processes. */
  alone(work: BatchWork): Promise<SqlResult[]>;
}

export interface BatchWork {
  readonly queries: readonly SqlQuery[];
  /** One statement that needs no transaction of its own. */
  readonly single: boolean;
}

interface WaitingWork extends BatchWork {
  resolve(results: SqlResult[]): void;
  reject(error: unknown): void;
}

const NOT_COMMITTED: ReadonlySet<DataErrorKind> = new Set(["busy", "foreign_key", "disk_full"]);

type CommitResult = SqlResult[] | DataError;

/** The most writes that block the event loop at once. */
const MAX_GROUP = 256;

export interface Group {
  submit(work: BatchWork): Promise<SqlResult[]>;
  /** Runs the waiting writes at once. */
  flush(): void;
  /** Runs it while all writes wait, without blocking the event loop: another process has the lock meanwhile. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  /** Once nothing is held. */
  released(): Promise<void>;
}

export function groupCommit({ write, check, inTime, begin, exec, alone }: GroupOptions): Group {
  let waiting: WaitingWork[] = [];
  let scheduled = false;
  let held: Promise<unknown> | undefined;

  function flush(): void {
    const group = next();
    if (group.length > 1) together(group);
    else apart(group);
  }

  function next(): WaitingWork[] {
    const group = waiting.length <= MAX_GROUP ? waiting : waiting.slice(0, MAX_GROUP);
    waiting = waiting.slice(group.length);
    if (waiting.length > 0) schedule();
    return group;
  }

  function together(group: readonly WaitingWork[]): void {
    let results: CommitResult[];
    try {
      results = commit(group);
    } catch (error) {
      const mapped = mapSqliteError(error);
      // These mean for certain that nothing was committed.
      if (error instanceof Lost || NOT_COMMITTED.has(mapped.kind)) apart(group);
      else for (const one of group) one.reject(mapped);
      return;
    }
    for (const [i, one] of group.entries()) {
      const result = results[i]!;
      if (Array.isArray(result)) one.resolve(result);
      else one.reject(result);
    }
  }

  function commit(group: readonly WaitingWork[]): CommitResult[] {
    check();
    begin(group);
    try {
      const results = group.map((one) => (one.single ? statement(one) : batch(one)));
      exec("commit");
      return results;
    } catch (error) {
      quietly("rollback");
      throw error;
    }
  }

  function statement({ queries }: BatchWork): CommitResult {
    try {
      return [write(queries[0]!)];
    } catch (error) {
      requireTransaction(error);
      return mapSqliteError(error);
    }
  }

  function batch({ queries }: BatchWork): CommitResult {
    let index = 0;
    exec("savepoint one");
    try {
      const results: SqlResult[] = [];
      const began = performance.now();
      for (; index < queries.length; index++) {
        if (index > 0) inTime(queries, began);
        results.push(write(queries[index]!));
      }
      exec("release one");
      return results;
    } catch (error) {
      requireTransaction(error);
      exec("rollback to one");
      exec("release one");
      return mapSqliteError(error, index < queries.length ? index : undefined);
    }
  }

  /** A full disk and the like end the whole transaction; later statements would be committed separately. */
  function requireTransaction(cause: unknown): void {
    try {
      exec("begin");
    } catch {
      return;
    }
    throw new Lost("the transaction was ended by SQLite", { cause });
  }

  function quietly(sql: string): void {
    try {
      exec(sql);
    } catch {
      // SQLite has already rolled back by itself; the first error is the one to report.
    }
  }

  function apart(group: readonly WaitingWork[]): void {
    for (const one of group) alone(one).then(one.resolve, one.reject);
  }

  function schedule(): void {
    if (scheduled || held) return;
    scheduled = true;
    // After the requests that arrived with this one, before the loop waits for more.
    setImmediate(() => {
      scheduled = false;
      if (!held) flush();
    });
  }

  async function released(): Promise<void> {
    while (held) await held;
  }

  return {
    submit: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({ queries: work.queries, single: work.single, resolve, reject });
        schedule();
      }),
    flush() {
      while (waiting.length > 0) flush();
    },
    released,
    async hold(work) {
      await released();
      while (waiting.length > 0) flush();
      const running = work();
      held = running.then(
        () => undefined,
        () => undefined,
      );
      try {
        return await running;
      } finally {
        held = undefined;
        if (waiting.length > 0) schedule();
      }
    },
  };
}

/** The shared transaction was rolled back, with everything in it. */
class Lost extends Error {}
