import type { Sandbox } from "@plinth/core";
import { openOnce } from "./open-once.ts";

/** The interpreter of functions on threads, for Node and Deno: the program of the threads is a file beside the bundle. */
export function bundledThreadedSandbox(): () => Promise<Sandbox> {
  return openOnce(async () => {
    const { threadedSandbox } = await import("@plinth/adapters-quickjs/threads");
    return threadedSandbox({ program: "quickjs-thread" });
  });
}
