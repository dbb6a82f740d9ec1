import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { type LimitKind, PRELUDE } from "@plinth/core/sandbox";
import { FrameReader, frameBytes, type ProcessMessage, textPart } from "./frames.ts";
import { cpuLimitMs, type ProcessUsage, processUsage } from "./process-usage.ts";
import type { ProgramCommand } from "./program-command.ts";

/** How long a process may take to start: a busy machine is slow. */
const START_MS = 15_000;
/** Of 19: a thread of the server that has work gets three times as much of a processor. */
const NICE = 5;
/** Seconds of computing of a whole process. The kernel ends one whose server has been killed while its program computes. */
const MOST_CPU_SECONDS = 120;
/** Between the signal that says why it ends, and the one that says nothing. */
const CPU_GRACE_SECONDS = 5;
/** Of computing, beside that of a run: what is noticed late, and what follows its end. */
const CPU_ROOM_MS = 1000;
/** What a process has said last may arrive after its end: so long. */
const LAST_WORDS_MS = 500;
/** Of the data of a process: far above what a program may take, which is watched, and far below what would hurt a machine whose server is busy. */
const MOST_DATA_KILOBYTES = 2_000_000;
/** Of what it writes to its error output: only the reason why it ended is of interest. */
const MOST_SAID = 4096;
/** Of a message, beside the value in it. */
const HEAD_BYTES = 200_000;

/**
 * Limits that the kernel holds, whatever the program does: no file can be written to, none is left when it crashes, and its data and its time are limited. Where memory
 * becomes scarce, this process is ended first. Where the server has lower limits itself, which nobody may raise, those hold.
 */
const SCRIPT = `{ echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null
most() {
  own=$(ulimit -H "$1")
  { [ "$own" != unlimited ] && [ "$own" -le "$2" ]; } || ulimit "$1" "$2"
}
ulimit -c 0 && ulimit -f 0 && most -d ${MOST_DATA_KILOBYTES} && most -t ${MOST_CPU_SECONDS + CPU_GRACE_SECONDS} || exit 1
ulimit -S -t ${MOST_CPU_SECONDS} 2>/dev/null
exec "$@"`;

/** What a process says, and how it has ended. */
export interface ProcessListener {
  frame(frame: ProcessMessage): void;
  ended(why: Extract<LimitKind, "memory" | "cpu_time" | "crash">): void;
}

/** A process that runs programs, one at a time. */
export interface FunctionProcess {
  /** What it had taken when it was ready. Rejects where it cannot be started. */
  readonly ready: Promise<ProcessUsage>;
  readonly isEnded: boolean;
  /** Resolves when it has ended, for whatever reason. */
  readonly gone: Promise<void>;
  /** Who hears what it says. Absent: nobody. */
  listener: ProcessListener | undefined;
  send(head: ProcessMessage["head"], parts?: ProcessMessage["parts"]): void;
  usage(): ProcessUsage | undefined;
  /** Whether it is alive, and the kernel will let it compute for so long. */
  mayCompute(ms: number): boolean;
  /** At once, whatever it does. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** `valueBytes`: of what a program may say at once. */
export function startProcess({ program, args, env }: ProgramCommand, valueBytes: number): FunctionProcess {
  // Nothing of the server's environment, where its secrets are.
  const options = { cwd: "/", env: { ...env }, stdio: ["pipe", "pipe", "pipe"] as ["pipe", "pipe", "pipe"] };
  const child = spawn("/bin/sh", ["-c", SCRIPT, "plinth", program, ...args], options);
  const { promise: ready, resolve: begin, reject: refuse } = Promise.withResolvers<ProcessUsage>();
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  const reader = new FrameReader(valueBytes + HEAD_BYTES);
  let said = "";
  let isEnded = false;
  let isKilled = false;
  let isReady = false;
  let mostCpuMs = 0;
  ready.catch(() => {});
  const usage = () => (child.pid === undefined || isEnded ? undefined : processUsage(child.pid));
  let lastWords: ReturnType<typeof setTimeout> | undefined;
  let isHeard = false;
  const ended = (signal: string | null): void => {
    if (isHeard) return;
    isEnded = true;
    isHeard = true;
    clearTimeout(late);
    clearTimeout(lastWords);
    // One that never began is no failure of its program, unless it was ended on purpose.
    if (isReady || isKilled) own.listener?.ended(isKilled ? "crash" : reasonIn(signal, said));
    refuse(new Error(`The process that runs functions cannot start: ${said.trim().slice(0, 500) || "it has ended"}`));
    leave();
  };
  const own: FunctionProcess = {
    ready,
    get isEnded() {
      return isEnded;
    },
    gone,
    listener: undefined,
    send(head, parts = []) {
      if (!isEnded) child.stdin.write(frameBytes({ head, parts }));
    },
    usage,
    mayCompute(ms) {
      const taken = usage();
      return taken !== undefined && taken.cpuMs + ms + CPU_ROOM_MS < mostCpuMs;
    },
    kill() {
      isKilled ||= !isEnded;
      child.kill("SIGKILL");
      return gone;
    },
  };
  const late = setTimeout(() => {
    said ||= "it was not ready in time";
    child.kill("SIGKILL");
  }, START_MS);
  child.on("error", (error) => {
    said ||= String(error);
    ended(null);
  });
  // Why it has ended may still be on its way: it is all there at "close".
  child.on("exit", (_, signal) => {
    isEnded = true;
    lastWords = setTimeout(() => ended(signal), LAST_WORDS_MS);
  });
  child.on("close", (_, signal) => ended(signal));
  child.stdin.on("error", () => {});
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(0, MOST_SAID);
  });
  child.stdout.on("data", (chunk: Uint8Array) => {
    try {
      for (const frame of reader.read(chunk)) {
        if (frame.head.type !== "ready") own.listener?.frame(frame);
        else {
          clearTimeout(late);
          isReady = true;
          mostCpuMs = child.pid === undefined ? 0 : cpuLimitMs(child.pid);
          begin(usage() ?? { cpuMs: 0, memoryBytes: 0 });
        }
      }
    } catch {
      // It says what its own code never says: a program has got out of its realm.
      child.kill("SIGKILL");
    }
  });
  yieldToServer(child.pid);
  own.send({ type: "prelude" }, [textPart(PRELUDE)]);
  return own;
}

function reasonIn(signal: string | null, said: string): "memory" | "cpu_time" | "crash" {
  if (signal === "SIGXCPU") return "cpu_time";
  return /out of memory|allocation failed|heap limit/i.test(said) ? "memory" : "crash";
}

function yieldToServer(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // Not allowed here, or it has ended.
  }
}
