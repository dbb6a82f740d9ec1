import type { TrustedRuntime } from "@plinth/core";

/** Functions in processes of Bun. */
export async function bunTrusted(): Promise<TrustedRuntime> {
  const { processRuntime } = await import("@plinth/adapters-processes");
  const { bunCommand } = await import("@plinth/adapters-processes/bun");
  return processRuntime({ command: bunCommand });
}
