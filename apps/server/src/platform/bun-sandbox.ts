import type { Sandbox } from "@plinth/core";
import { openOnce } from "./open-once.ts";

/** The interpreter of functions from its package: Bun runs the sources. */
export function installedSandbox(): () => Promise<Sandbox> {
  return openOnce(async () => {
    const { quickjsSandbox } = await import("@plinth/adapters-quickjs");
    const { installedEngine: engine } = await import("@plinth/adapters-quickjs/installed");
    return quickjsSandbox({ engine });
  });
}
