import type { Sandbox } from "@plinth/core";
import { openOnce } from "./open-once.ts";

/** The interpreter of functions, which the bundle holds in a part of its own. */
export function bundledSandbox(): () => Promise<Sandbox> {
  return openOnce(async () => {
    const { quickjsSandbox } = await import("@plinth/adapters-quickjs");
    const { bundledEngine: engine } = await import("@plinth/adapters-quickjs/bundled");
    return quickjsSandbox({ engine });
  });
}
