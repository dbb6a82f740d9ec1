import { setPriority } from "node:os";
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import type { PackedAnswer, PackedProgram } from "@plinth/core/sandbox";
import type { QuickjsEngine } from "../engine.ts";
import { type PreparedQuickjs, preparedBy } from "../prepared.ts";
import { programRunner } from "../program-runner.ts";
import type { FromThread, ThreadCall, ToThread } from "./messages.ts";
import { pauses } from "./pauses.ts";

interface ServedRun {
  readonly ending: AbortController;
  readonly waiting: Map<number, (answer: PackedAnswer) => void>;
}

/** Of 19: a thread of the server that has work gets three times as much of a processor as this one. */
const NICE = 5;

const say = (message: FromThread): void => parentPort!.postMessage(message);

/** The program of a thread: it runs programs, several at once. Their calls are answered by the thread that has started it. */
export function servePrograms(engine: QuickjsEngine): void {
  yieldToOthers();
  const runs = new Map<number, ServedRun>();
  // A thread before this one may have prepared it.
  const given = (workerData ?? undefined) as PreparedQuickjs | undefined;
  const prepare = given ? async () => given : preparedBy(engine);
  const runProgram = programRunner(prepare);
  let isKnown = given !== undefined;
  const pause = pauses();
  let lastCall = 0;
  let calls: ThreadCall[] = [];
  const flush = (): void => {
    say({ type: "calls", calls });
    calls = [];
  };
  const run = async (id: number, program: PackedProgram): Promise<void> => {
    const served: ServedRun = { ending: new AbortController(), waiting: new Map() };
    runs.set(id, served);
    try {
      const outcome = await runProgram(program, {
        pause,
        signal: served.ending.signal,
        call: (name, packed) =>
          new Promise((resolve) => {
            const call = ++lastCall;
            served.waiting.set(call, resolve);
            if (calls.push({ run: id, call, name, packed }) === 1) queueMicrotask(flush);
          }),
      });
      say({ type: "ended", run: id, outcome });
      if (!isKnown) {
        isKnown = true;
        say({ type: "prepared", prepared: await prepare() });
      }
    } catch (error) {
      say({ type: "broken", run: id, message: String(error) });
    } finally {
      runs.delete(id);
    }
  };
  parentPort!.on("message", (message: ToThread) => {
    if (message.type === "run") return void run(message.run, message.program);
    const served = runs.get(message.run);
    if (message.type === "abort") return served?.ending.abort();
    served?.waiting.get(message.call)?.(message.answer);
    served?.waiting.delete(message.call);
  });
  say({ type: "ready" });
}

/** Where threads have a priority of their own, functions that compute leave the processor to the server. */
function yieldToOthers(): void {
  if (process.platform !== "linux") return;
  try {
    // Zero is this thread: setpriority(2).
    setPriority(0, NICE);
  } catch {
    // Not allowed here.
  }
}
