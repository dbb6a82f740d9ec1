/** What a thread that reads does. Its files load nothing of the other packages: a thread starts in milliseconds. */
import { setPriority } from "node:os";
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import type { SqlQuery, SqlRow } from "@plinth/core";
import { sqliteReader } from "./sqlite-reader.ts";
import { bytesOfRow, type Prepare } from "./sqlite-statement.ts";

/** What a thread sends: rows in pieces, the last one with the time that the statement took; or an error. */
export type ReadAnswer =
  | { readonly rows: SqlRow[]; readonly ms?: number }
  | { readonly failure: { readonly message: string; readonly code: unknown } };

export interface ReaderConnection {
  readonly prepare: Prepare;
  exec(sql: string): void;
  close(): void;
}

/**
 * Rows of one message, and about their bytes. Taking over a message blocks the main thread, and each is copied twice, so a
 * large result comes in several.
 */
const PIECE = { rows: 200, bytes: 1024 * 1024 };
const LOW_PRIORITY = 10;

export function serveReads(open: (path: string) => ReaderConnection): void {
  yieldToMain();
  const port = parentPort!;
  const connection = open((workerData as { path: string }).path);
  connection.exec("pragma busy_timeout = 5000");
  connection.exec("pragma cache_size = -2048");
  const reader = sqliteReader(connection.prepare);
  const send = (answer: ReadAnswer | "ready"): void => port.postMessage(answer);

  const answer = (query: SqlQuery): void => {
    const began = performance.now();
    const rows = reader.read(query);
    const ms = performance.now() - began;
    let from = 0;
    for (let to = endOfPiece(rows, 0); to < rows.length; to = endOfPiece(rows, from)) {
      send({ rows: rows.slice(from, to) });
      from = to;
    }
    send({ rows: from === 0 ? rows : rows.slice(from), ms });
  };

  port.on("message", (query: SqlQuery | "close") => {
    if (query === "close") {
      reader.clear();
      connection.close();
      // Ends this thread alone.
      process.exit();
    }
    try {
      answer(query);
    } catch (error) {
      const { message, code } = error as { message: string; code?: unknown };
      send({ failure: { message, code } });
    }
  });
  send("ready");
}

function endOfPiece(rows: readonly SqlRow[], from: number): number {
  let bytes = 0;
  let to = from;
  while (to < rows.length && to - from < PIECE.rows && bytes < PIECE.bytes) bytes += bytesOfRow(rows[to++]!);
  return to;
}

/** On Linux this is the priority of this thread alone: on a busy core the main thread goes first. */
function yieldToMain(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(LOW_PRIORITY);
  } catch {
    // Deno may forbid it.
  }
}
