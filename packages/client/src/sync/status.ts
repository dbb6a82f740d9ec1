import type { SyncSession } from "./session.ts";
import type { SyncStatus } from "./types.ts";

/** @param failure Why the store could not be opened. */
export function statusOf(session: SyncSession | undefined, failure: Error | undefined): SyncStatus {
  if (!session) {
    const state = failure ? "stopped" : "loading";
    return { state, ...(failure && { error: failure }), queued: 0, failed: 0, shapes: {}, leads: false };
  }
  const { replica } = session.replicator;
  const shapes = [...replica.shapes].map(
    ([name, { complete, error }]) => [name, { complete, ...(error && { error }) }] as const,
  );
  const { state, error } = session.status;
  return {
    state,
    ...(error && { error }),
    ...replica.writeCounts,
    shapes: Object.fromEntries(shapes),
    leads: session.leads,
  };
}
