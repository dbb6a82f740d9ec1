import {
  brokerOf,
  type ConsumerLag,
  consumerLags,
  type LiveCounters,
  type SyncFigures,
  syncFigures,
} from "@plinth/engine";
import type { LoadFigures, RequestState } from "../../context.ts";

/** What the server counts, for `/api/metrics` and `/api/insights` alike. */
export interface Figures {
  readonly consumers: readonly ConsumerLag[];
  /** Of this process, over all workspaces. Undefined: the caller sees its workspace only. */
  readonly server?: ServerFigures;
}

export interface ServerFigures {
  readonly load: Readonly<Record<string, LoadFigures>>;
  /** Undefined: there has been no stream. */
  readonly streams: { readonly open: number; readonly refused: number; readonly live: LiveCounters } | undefined;
  readonly sync: SyncFigures;
}

/** The workspace of which the caller sees figures; undefined: those of all. */
export function figuredWorkspace({ principal }: RequestState): string | undefined {
  return principal.operator?.owner === true ? undefined : principal.workspaceId;
}

export async function figuresFor(state: RequestState): Promise<Figures> {
  const { admission, driver, engine } = state;
  const workspace = figuredWorkspace(state);
  const consumers = await consumerLags(driver, workspace);
  if (workspace !== undefined) return { consumers };
  const broker = brokerOf(engine);
  const streams = broker && { open: broker.size, refused: broker.limits.refused, live: broker.counters };
  return { consumers, server: { load: admission.figures(), streams, sync: syncFigures(engine) } };
}
