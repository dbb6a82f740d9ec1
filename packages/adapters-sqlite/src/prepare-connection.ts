import { mapSqliteError } from "./sqlite-errors.ts";

export const BUSY_TIMEOUT = "busy_timeout = 5000";

/** Pragmas of every connection. The timeout comes first: switching a file to WAL may itself have to wait. */
export function prepareConnection(exec: (sql: string) => void, synchronous: "full" | "normal" = "full"): void {
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
