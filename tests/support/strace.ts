/** The system calls of a program, by strace. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";

/** Why calls cannot be traced here, or undefined. */
export function noTracing(): string | undefined {
  const { error, status } = spawnSync("strace", ["-f", "-e", "trace=fsync", "true"]);
  if (error) return "strace is not installed";
  return status === 0 ? undefined : "this machine does not allow strace";
}

/** The command that runs another one and writes its writes and syncs to a file, each with the path of what it touches. */
export function traced(command: readonly string[], file: string): string[] {
  const calls = "trace=pwrite64,pwritev,write,writev,sendto,sendmsg,fsync,fdatasync,ftruncate";
  return ["strace", "-f", "-y", "-s", "16", "-e", calls, "-o", file, ...command];
}

export interface Trace {
  /** The traced program; killing strace instead would leave it running. */
  readonly pid: number;
  /** Answers sent while the log of the database had bytes that were not synced. */
  readonly unsyncedAnswers: number;
  /** Answers with this status. */
  readonly answers: number;
  /** The length of the database's log at its last sync. */
  readonly syncedBytes: number;
  /** What was written into the database's file or its log and not synced since. */
  readonly unsynced: readonly Range[];
}

interface Range {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

/** What a power cut may do to the files of a program that was killed: all that was not synced is lost. */
export function cutPower(wal: string, { unsynced, syncedBytes }: Trace): void {
  for (const { path, offset, size } of unsynced) {
    const file = openSync(path, "r+");
    writeSync(file, new Uint8Array(size), 0, size, offset);
    closeSync(file);
  }
  truncateSync(wal, syncedBytes);
}

const CALL = /^\d+\s+(?:<\.\.\. )?(\w+)(?:\(\d+<([^>]*)>(.*)| resumed>(.*))$/;

/** What a trace says about a SQLite database's write-ahead log and the answers that begin with `answer`. */
export function readTrace(file: string, wal: string, answer: string): Trace {
  let [answers, unsyncedAnswers, length, syncedBytes] = [0, 0, 0, 0];
  let unsynced = false;
  const writes = new Map<string, Range[]>();
  const lines = readFileSync(file, "utf8").split("\n");
  for (const line of lines) {
    const [, call = "", path = "", rest = ""] = CALL.exec(line) ?? [];
    const isDatabase = `${path}-wal`.endsWith(wal);
    if (isDatabase || path.endsWith(wal)) {
      if (call === "fsync" || call === "fdatasync") writes.delete(path);
      const range = call === "pwrite64" && rangeIn(path, rest);
      if (range) writes.set(path, [...(writes.get(path) ?? []), range]);
    }
    if (path.endsWith(wal)) {
      if (call === "pwrite64") {
        unsynced = true;
        const { offset, size } = rangeIn(path, rest);
        length = Math.max(length, offset + size);
      } else if (call === "ftruncate") {
        length = Number(/(\d+)/.exec(rest)?.[1]);
        syncedBytes = Math.min(syncedBytes, length);
      } else if (call === "fsync" || call === "fdatasync") {
        unsynced = false;
        syncedBytes = length;
      }
    } else if (!isDatabase && rest.includes(answer)) {
      answers++;
      if (unsynced) unsyncedAnswers++;
    }
  }
  const pid = Number(/^\d+/.exec(lines[0]!)?.[0]);
  return { pid, answers, unsyncedAnswers, syncedBytes, unsynced: [...writes.values()].flat() };
}

function rangeIn(path: string, rest: string): Range {
  const [, size, offset] = /(\d+), (\d+)(?:\)| <unfinished)/.exec(rest) ?? [];
  return { path, offset: Number(offset), size: Number(size) };
}
