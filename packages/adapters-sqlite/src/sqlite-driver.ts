/**
 * The part that bun:sqlite and node:sqlite share. Both are synchronous, so a transaction begins, runs and commits
 * within one tick: two writers of a process cannot interleave and no mutex is needed. For writers of other processes it
 * waits, first by SQLite's busy timeout, then by a few retries.
 */
import {
  type Awaitable,
  type ConsoleStatement,
  DataError,
  recover,
  type SqlDriver,
  type SqlQuery,
  type SqlResult,
  type SqlRow,
  type SqlValue,
} from "@plinth/core";
import { diskReserve } from "./disk-reserve.ts";
import { watchFiles } from "./file-watch.ts";
import { groupCommit } from "./group-commit.ts";
import { type Placement, placementOf } from "./read-placement.ts";
import type { ReadPool } from "./read-pool.ts";
import { smallWrites } from "./small-writes.ts";
import { spaceReturn } from "./space-return.ts";
import { mapSqliteError } from "./sqlite-errors.ts";
import { sqliteReader } from "./sqlite-reader.ts";
import type { Prepare } from "./sqlite-statement.ts";
import { statementCache } from "./statement-cache.ts";

export interface SqliteConnection {
  readonly name: string;
  /** The database file. */
  readonly path: string;
  readonly prepare: Prepare;
  exec(sql: string): void;
  close(): void;
  readonly timeLimitMs?: number | undefined;
  /** Creates the threads for slow reads, where there are any. */
  pool?(): ReadPool;
  readonly console?: SqlDriver["console"];
}

/** A start takes the core of the main thread for about 30 ms, so it comes before the first slow reads, and after the server's. */
const START_AHEAD_MS = 3000;
const BUSY_TIMEOUT = "busy_timeout = 5000";
const BUSY_RETRIES = 3;
/** The value of `pragma auto_vacuum`. */
const INCREMENTAL = 2;
export const TIME_LIMIT_MS = 30_000;
/** SQLite's counter of changes is valid only after these; after DDL it still has the previous statement's value. */
const COUNTS = /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(?:insert|update|delete|replace|with)\b/i;

const READS = /^\s*select\b/i;

function throwMapped(error: unknown): never {
  throw mapSqliteError(error);
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function sqliteDriver(connection: SqliteConnection): SqlDriver {
  const files = watchFiles(connection.path);
  const { timeLimitMs = TIME_LIMIT_MS } = connection;
  const here = sqliteReader(connection.prepare);
  const placements = connection.pool && statementCache({ prepare: (sql) => placementOf(connection.prepare, sql) });
  let pool: ReadPool | undefined;
  const threads = (): ReadPool => (pool ??= connection.pool!());
  const ahead = connection.pool && setTimeout(() => threads().startAhead(), START_AHEAD_MS);
  ahead?.unref?.();
  const writes = statementCache({
    prepare(sql) {
      const statement = connection.prepare(sql, true);
      return { statement, counts: COUNTS.test(sql), drop: () => statement.drop?.() };
    },
    drop: (entry) => entry.drop(),
  });

  const run = (sql: string) => void writes.get(sql).statement.run([]);

  function read(query: SqlQuery): Awaitable<SqlRow[]> {
    files.require();
    const placement = placements?.get(query.sql);
    if (!placement || placement.byKey) return here.read(query);
    if (!placement.here) return readInThread(query, placement);
    const began = performance.now();
    const rows = here.read(query);
    placement.ranHere(performance.now() - began);
    return rows;
  }

  async function readInThread(query: SqlQuery, placement: Placement): Promise<SqlRow[]> {
    const { rows, ms } = await threads().read(query, placement.long);
    placement.ranInThread(ms);
    return rows;
  }

  function write(query: SqlQuery): SqlResult {
    const { statement, counts } = writes.get(query.sql);
    if (!statement.returns) {
      const changes = statement.run(query.params);
      return { rows: [], changes: counts ? changes : 0 };
    }
    const rows = statement.all(query.params) ?? [];
    return { rows, changes: rows.length };
  }

  /** A statement cannot be interrupted, but a batch can. Changes of the schema take as long as the tables are large. */
  function inTime(queries: readonly SqlQuery[], began: number): void {
    if (performance.now() - began <= timeLimitMs) return;
    if (queries.every(({ sql }) => COUNTS.test(sql) || READS.test(sql))) throw new DataError("time_limit");
  }

  const begin = smallWrites({ ...connection, begin: () => run("begin immediate") });

  function writeAll(queries: readonly SqlQuery[]): SqlResult[] {
    files.check();
    let index: number | undefined;
    begin([{ queries }]);
    try {
      const results: SqlResult[] = [];
      const began = performance.now();
      for (index = 0; index < queries.length; index++) {
        if (index > 0) inTime(queries, began);
        results.push(write(queries[index]!));
      }
      index = undefined;
      run("commit");
      return results;
    } catch (error) {
      rollback();
      throw mapSqliteError(error, index);
    }
  }

  function rollback(): void {
    try {
      run("rollback");
    } catch {
      // SQLite has already rolled back by itself (full disk, I/O error); the first error is the one to report.
    }
  }

  /** A busy statement or batch has applied nothing, so it may be retried. */
  async function attempt<T>(work: () => T): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return work();
      } catch (error) {
        const mapped = mapSqliteError(error);
        if (mapped.kind !== "busy" || tries === BUSY_RETRIES) throw mapped;
      }
      await sleep(10 + Math.random() * 40 * (tries + 1));
    }
  }

  function writeOne(query: SqlQuery): SqlResult[] {
    files.check();
    return [write(query)];
  }

  const checkpoint = (): void => {
    pragma("busy_timeout = 0");
    try {
      pragma("wal_checkpoint(truncate)");
    } finally {
      pragma(BUSY_TIMEOUT);
    }
  };
  const reserve = diskReserve(connection.path, checkpoint);
  const space = spaceReturn(connection.path, {
    pages() {
      const [all, free, mode] = ["page_count", "freelist_count", "auto_vacuum"].map((name) => Number(pragma(name)));
      return mode === INCREMENTAL ? { all: all!, free: free! } : undefined;
    },
    // It moves one page for each row that is asked for.
    vacuum: (count) => pragma(`incremental_vacuum(${count})`),
    checkpoint,
  });
  const group = groupCommit({
    write,
    inTime,
    begin,
    exec: run,
    alone: ({ queries, single }) =>
      reserve.write(queries, () => attempt(() => (single ? writeOne(queries[0]!) : writeAll(queries)))),
    check: files.check,
  });

  /** The first value. */
  function pragma(text: string): SqlValue | undefined {
    try {
      const [row] = here.read({ sql: `pragma ${text}`, params: [] });
      return row && Object.values(row)[0];
    } catch (error) {
      throw mapSqliteError(error);
    }
  }

  function submit(queries: readonly SqlQuery[], single: boolean): Promise<SqlResult[]> {
    reserve.require(queries);
    space.writes(queries);
    return group.submit({ queries, single });
  }

  const { console: runs } = connection;
  let closed = false;
  return {
    name: connection.name,
    dialect: "sqlite",
    capabilities: {
      maxParameters: 32_766,
      maxColumns: 2000,
      maxBatch: 10_000,
      remote: false,
      timeLimited: connection.pool !== undefined,
    },
    lifetime: "process",
    all: (query) => recover(() => read(query), throwMapped),
    async run(query) {
      if (COUNTS.test(query.sql)) return (await submit([query], true))[0]!;
      // Some statements cannot be part of a transaction, and none may overtake the writes before it.
      if (!READS.test(query.sql)) {
        await group.released();
        group.flush();
      }
      return attempt(() => writeOne(query)[0]!);
    },
    async batch(queries) {
      if (queries.length === 0) return [];
      return submit(queries, false);
    },
    ...(runs && {
      console: (statement) => (locks(statement) ? group.hold(() => runs(statement)) : runs(statement)),
    }),
    async close() {
      if (closed) return;
      group.flush();
      closed = true;
      clearTimeout(ahead);
      files.stop();
      reserve.stop();
      space.stop();
      // The last connection to close tidies up the log.
      await pool?.close();
      here.clear();
      writes.clear();
      connection.close();
    },
  };
}

/** The process of a statement that writes has SQLite's only lock, and waiting for that blocks this process. */
function locks({ writes, explain }: ConsoleStatement): boolean {
  return writes && !explain;
}

/** How one database file is opened. */
export interface SqliteOptions {
  /** The database file, or `:memory:`. */
  path: string;
  /**
   * `full` syncs the log to the disk before a write is acknowledged. `normal` leaves that to the operating system: a
   * power cut may lose the last acknowledged writes, and a killed process loses none.
   */
  synchronous?: "full" | "normal";
  /** Threads for slow reads; by default one less than there are cores, from 2 to 4. 0: all reads block. */
  threads?: number | undefined;
  /** How long a read in a thread may take, and the statements of one batch; half a minute by default. */
  timeLimitMs?: number | undefined;
  /** The command of a program that calls `serveStatement`. Absent: the driver has no console. */
  statementCommand?: readonly string[] | undefined;
}

/** Pragmas of every connection. The timeout comes first: switching a file to WAL may itself have to wait. */
export function prepareConnection(
  exec: (sql: string) => void,
  synchronous: SqliteOptions["synchronous"] = "full",
): void {
  exec(`pragma ${BUSY_TIMEOUT}`);
  // Takes effect only before the first table; an existing file gets it with its next `vacuum`.
  exec("pragma auto_vacuum = incremental");
  for (let tries = 0; ; tries++) {
    try {
      exec("pragma journal_mode = wal");
      break;
    } catch (error) {
      if (tries === 20 || mapSqliteError(error).kind !== "busy") throw mapSqliteError(error);
    }
  }
  exec(`pragma synchronous = ${synchronous}`);
  exec("pragma foreign_keys = on");
  // In KiB: SQLite's own 2 MB hold a few thousand items, and every miss is a system call.
  exec("pragma cache_size = -8192");
}
