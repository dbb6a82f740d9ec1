import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { limitFailure, type PackedOutcome, type PackedProgram, type ProgramHost } from "@plinth/core/sandbox";
import type { PreparedQuickjs } from "../prepared.ts";
import type { FromThread, ThreadCall, ToThread } from "./messages.ts";

/** So much longer than its own limit a program may take, whatever else the machine does. Then its thread is ended. */
const PATIENCE_MS = 30_000;

export interface ProgramThread {
  /** Programs that it runs. */
  readonly busy: number;
  run(program: PackedProgram, host: ProgramHost): Promise<PackedOutcome>;
  end(): void;
}

interface ThreadRun {
  readonly program: PackedProgram;
  readonly host: ProgramHost;
  readonly ending: AbortController;
  settle(outcome: PackedOutcome): void;
  reject(error: Error): void;
}

/** The file stands beside this one: as source, as a bundle of its own, or in an executable, whose name has no extension. */
export function threadFile(name: string): URL {
  const extension = extname(new URL(import.meta.url).pathname) || ".js";
  return new URL(`./${name}${extension}`, import.meta.url);
}

export interface ThreadEvents {
  /** It runs nothing any more; what it ran has failed. */
  died(thread: ProgramThread): void;
  prepared(prepared: PreparedQuickjs): void;
}

/** `prepared`: by a thread before. Absent: it prepares itself. */
export function startThread(file: URL, prepared: PreparedQuickjs | undefined, events: ThreadEvents): ProgramThread {
  const worker = new Worker(file, { workerData: prepared });
  const runs = new Map<number, ThreadRun>();
  let last = 0;
  let isReady = false;
  const post = (message: ToThread): void => worker.postMessage(message);
  const thread: ProgramThread = {
    get busy() {
      return runs.size;
    },
    async run(program, host) {
      const id = ++last;
      const { promise, resolve: settle, reject } = Promise.withResolvers<PackedOutcome>();
      const ending = new AbortController();
      const abort = () => post({ type: "abort", run: id });
      runs.set(id, { program, host, ending, settle, reject });
      worker.ref();
      const late = setTimeout(() => kill(id), program.limits.wallMs + PATIENCE_MS);
      try {
        post({ type: "run", run: id, program });
        host.signal?.addEventListener("abort", abort);
        if (host.signal?.aborted) abort();
        return await promise;
      } finally {
        clearTimeout(late);
        host.signal?.removeEventListener("abort", abort);
        ending.abort();
        runs.delete(id);
        // A thread without work must not keep the process alive.
        if (runs.size === 0) worker.unref();
      }
    },
    end: () => void worker.terminate(),
  };
  const kill = (id: number): void => {
    const { program, settle } = runs.get(id)!;
    settle(endedBy("wall_time", program));
    stopped("a program could not be stopped");
    void worker.terminate();
  };
  const stopped = (why: string): void => {
    events.died(thread);
    for (const { program, settle, reject } of runs.values()) {
      if (isReady) settle(endedBy("crash", program));
      else reject(new Error(`The thread that runs functions cannot start: ${why}`));
    }
  };
  const answer = async ({ run: id, call, name, packed }: ThreadCall) => {
    const run = runs.get(id);
    if (!run) return;
    const made = await run.host.call(name, packed, run.ending.signal);
    if (!run.ending.signal.aborted) post({ type: "answer", run: id, call, answer: made });
  };
  worker.on("message", (message: FromThread) => {
    if (message.type === "ready") isReady = true;
    else if (message.type === "prepared") events.prepared(message.prepared);
    else if (message.type === "calls") for (const call of message.calls) void answer(call);
    else if (message.type === "ended") runs.get(message.run)?.settle(message.outcome);
    else runs.get(message.run)?.reject(new Error(message.message));
    // Bun forgets an `unref` from before the thread has started.
    if (runs.size === 0) worker.unref();
  });
  worker.on("error", (error) => stopped(String(error)));
  worker.on("exit", (code) => stopped(`its code is ${code}`));
  return thread;
}

function endedBy(kind: "wall_time" | "crash", { limits }: PackedProgram): PackedOutcome {
  const usage = { wallMs: limits.wallMs, cpuMs: 0, calls: 0 };
  return { ok: false, error: limitFailure(kind, limits), logs: [], logsLeftOut: 0, usage };
}
