import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { ImageErrorKind, ImageLimits, ImageRendering, ImageSize } from "@plinth/core";

type Bytes = Uint8Array<ArrayBuffer>;

export type CodecJob =
  | { readonly bytes: Bytes; readonly rendering: ImageRendering }
  | { readonly bytes: Bytes; readonly size: ImageSize };

export type CodecAnswer =
  | { readonly image: Bytes }
  | { readonly pixels: Uint8ClampedArray }
  | { readonly failure: ImageErrorKind; readonly message: string };

/** What a thread says: that it has loaded its program, then an answer for each job. */
export type CodecMessage = { readonly ready: true } | CodecAnswer;

/** The thread could not start, which is no fault of the picture. */
type CodecOutcome = CodecAnswer | { readonly broken: string };

/** How long a thread without work keeps its memory. */
const IDLE_MS = 5000;

// Beside this file, as source or as a bundle of its own.
const PROGRAM = new URL(`./codec-thread${extname(new URL(import.meta.url).pathname)}`, import.meta.url);

export interface CodecThreadOptions {
  readonly limits: ImageLimits;
  readonly timeoutMs: number;
  /** What each thread runs; a test has its own. */
  readonly program?: URL | undefined;
}

interface CodecThread {
  run(job: CodecJob): Promise<CodecOutcome>;
  end(): void;
}

/**
 * Threads for one picture at a time. A thread is used again after a picture that was made, and ended after any other: what a damaged picture
 * leaves behind is unknown, and one that takes too long can only be ended. Throws where a thread cannot start.
 */
export function codecThreads(options: CodecThreadOptions): (job: CodecJob) => Promise<CodecAnswer> {
  const idle = new Map<CodecThread, ReturnType<typeof setTimeout>>();
  const take = (): CodecThread => {
    const [known] = idle;
    if (!known) return start();
    leave(known[0]);
    return known[0];
  };
  const leave = (thread: CodecThread): void => {
    clearTimeout(idle.get(thread));
    idle.delete(thread);
  };
  const start = (): CodecThread => {
    // One that stops while it has no work is not used again.
    const thread: CodecThread = startThread(options, () => leave(thread));
    return thread;
  };
  const rest = (thread: CodecThread): void => {
    const timer = setTimeout(() => {
      idle.delete(thread);
      thread.end();
    }, IDLE_MS);
    timer.unref();
    idle.set(thread, timer);
  };
  return async (job) => {
    const thread = take();
    const outcome = await thread.run(job);
    if ("broken" in outcome) throw new Error(`The thread that makes images cannot start: ${outcome.broken}`);
    if ("failure" in outcome) thread.end();
    else rest(thread);
    return outcome;
  };
}

function startThread({ limits, timeoutMs, program = PROGRAM }: CodecThreadOptions, onStop: () => void): CodecThread {
  const worker = new Worker(program, { workerData: limits });
  let isReady = false;
  let answer = (_: CodecOutcome): void => {};
  const stopped = (why: string) => {
    onStop();
    answer(isReady ? { failure: "invalid", message: `the thread stopped: ${why}` } : { broken: why });
  };
  worker.on("message", (message: CodecMessage) => {
    if ("ready" in message) isReady = true;
    else answer(message);
  });
  worker.on("error", (error) => stopped(String(error)));
  worker.on("exit", (code) => stopped(`its code is ${code}`));
  return {
    async run(job) {
      worker.ref();
      const { promise, resolve } = Promise.withResolvers<CodecOutcome>();
      answer = resolve;
      const timer = setTimeout(() => resolve({ failure: "too_large", message: "it takes too long" }), timeoutMs);
      worker.postMessage(job);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        // A thread without work must not keep the process alive.
        worker.unref();
      }
    },
    end: () => void worker.terminate(),
  };
}
