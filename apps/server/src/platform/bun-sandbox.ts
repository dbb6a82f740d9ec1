import type { Sandbox } from "@plinth/core";
import { openOnce } from "./open-once.ts";

/** The interpreter of functions on threads, from its package: Bun runs the sources. */
export function installedSandbox(): () => Promise<Sandbox> {
  return openOnce(async () => {
    const { threadedSandbox } = await import("@plinth/adapters-quickjs/threads");
    return threadedSandbox({ program: "bun-quickjs-thread" });
  });
}
