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

/** How long a thread without work keeps its memory. */
const IDLE_MS = 5000;

interface CodecThread {
  run(job: CodecJob): Promise<CodecAnswer>;
  end(): void;
}

/**
 * Threads for one picture at a time. A thread is used again after a picture that was made, and ended after any other: what a damaged picture
 * leaves behind is unknown, and one that takes too long can only be ended.
 */
export function codecThreads(limits: ImageLimits, timeoutMs: number): (job: CodecJob) => Promise<CodecAnswer> {
  const idle = new Map<CodecThread, ReturnType<typeof setTimeout>>();
  const take = (): CodecThread => {
    const [known] = idle;
    if (!known) return startThread(limits, timeoutMs);
    clearTimeout(known[1]);
    idle.delete(known[0]);
    return known[0];
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
    const answer = await thread.run(job);
    if ("failure" in answer) thread.end();
    else rest(thread);
    return answer;
  };
}

function startThread(limits: ImageLimits, timeoutMs: number): CodecThread {
  // Beside this file, as source or as a bundle of its own.
  const program = new URL(`./codec-thread${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
  const worker = new Worker(program, { workerData: limits });
  let answer = (_: CodecAnswer): void => {};
  const stopped = (why: string) => answer({ failure: "invalid", message: `the thread stopped: ${why}` });
  worker.on("message", (message: CodecAnswer) => answer(message));
  worker.on("error", (error) => stopped(String(error)));
  worker.on("exit", (code) => stopped(`its code is ${code}`));
  return {
    async run(job) {
      worker.ref();
      const { promise, resolve } = Promise.withResolvers<CodecAnswer>();
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
