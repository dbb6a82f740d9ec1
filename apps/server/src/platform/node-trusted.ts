import type { TrustedRuntime } from "@plinth/core";

/** Functions in processes of Node. */
export async function nodeTrusted(): Promise<TrustedRuntime> {
  const { processRuntime } = await import("@plinth/adapters-processes");
  const { nodeCommand } = await import("@plinth/adapters-processes/node");
  return processRuntime({ command: nodeCommand });
}
