/** The system calls of a program, by strace. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

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
}

const CALL = /^\d+\s+(?:<\.\.\. )?(\w+)(?:\(\d+<([^>]*)>(.*)| resumed>(.*))$/;

/** What a trace says about a SQLite database's write-ahead log and the answers that begin with `answer`. */
export function readTrace(file: string, wal: string, answer: string): Trace {
  let [answers, unsyncedAnswers, length, syncedBytes] = [0, 0, 0, 0];
  let unsynced = false;
  const lines = readFileSync(file, "utf8").split("\n");
  for (const line of lines) {
    const [, call = "", path = "", rest = ""] = CALL.exec(line) ?? [];
    if (path.endsWith(wal)) {
      if (call === "pwrite64") {
        unsynced = true;
        const [, size, offset] = /(\d+), (\d+)(?:\)| <unfinished)/.exec(rest) ?? [];
        length = Math.max(length, Number(offset) + Number(size));
      } else if (call === "ftruncate") {
        length = Number(/(\d+)/.exec(rest)?.[1]);
        syncedBytes = Math.min(syncedBytes, length);
      } else if (call === "fsync" || call === "fdatasync") {
        unsynced = false;
        syncedBytes = length;
      }
    } else if (rest.includes(answer)) {
      answers++;
      if (unsynced) unsyncedAnswers++;
    }
  }
  return { pid: Number(/^\d+/.exec(lines[0]!)?.[0]), answers, unsyncedAnswers, syncedBytes };
}
