import { availableParallelism } from "node:os";
import type { Sandbox } from "@plinth/core";
import { ProgramPlaces, packedCall, packedProgram, unpackedOutcome } from "@plinth/core/sandbox";
import type { PreparedQuickjs } from "../prepared.ts";
import { type ProgramThread, startThread, threadFile } from "./thread.ts";

export interface ThreadedSandboxOptions {
  /** The file of the threads: `quickjs-thread`, or `bun-quickjs-thread` where the sources run. A test has its own. */
  readonly program: string | URL;
  /** Programs at once; further ones wait. Default 8. */
  readonly atOnce?: number;
  readonly threads?: number;
  /** How long a thread without work keeps its memory. Default half a minute. */
  readonly idleMs?: number;
}

/** QuickJS on threads: a program that computes holds up nobody but other programs. They start with the first program, and end when there is none. */
export function threadedSandbox({
  program: file,
  atOnce = 8,
  threads: most = Math.max(2, Math.min(4, availableParallelism() - 1)),
  idleMs = 30_000,
}: ThreadedSandboxOptions): Sandbox {
  const places = new ProgramPlaces(atOnce);
  const threads = new Set<ProgramThread>();
  const url = typeof file === "string" ? threadFile(file) : file;
  /** Half a megabyte, and the interpreter as it is compiled: it outlives the threads. */
  let prepared: PreparedQuickjs | undefined;
  let resting: ReturnType<typeof setTimeout> | undefined;
  const take = (): ProgramThread => {
    const [idlest] = [...threads].sort((a, b) => a.busy - b.busy);
    if (idlest && (idlest.busy === 0 || threads.size >= most)) return idlest;
    const thread = startThread(url, prepared, {
      died: (dead) => threads.delete(dead),
      prepared: (made) => {
        prepared = made;
      },
    });
    threads.add(thread);
    return thread;
  };
  const rest = (): void => {
    clearTimeout(resting);
    resting = setTimeout(() => {
      for (const thread of threads) {
        if (thread.busy > 0) continue;
        threads.delete(thread);
        thread.end();
      }
    }, idleMs);
    resting.unref();
  };
  return {
    name: "quickjs on threads",
    capabilities: { inBackground: true },
    run: (program) =>
      places.use(program, async () => {
        try {
          const host = { call: packedCall(program.calls, program.limits), signal: program.signal };
          return unpackedOutcome(await take().run(packedProgram(program), host));
        } finally {
          rest();
        }
      }),
  };
}
