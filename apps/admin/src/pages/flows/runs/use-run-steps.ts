import type { FlowRun, FlowRunStep, WholeFlow } from "@plinth/client/flows";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { apiKey, type PagedList, useApiGet, useApiList } from "../../../api/hooks.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import type { FlowNode, FlowTrigger } from "../draft/content.ts";
import { hasEnded } from "./flow-run.ts";

/** Milliseconds between two reads of a run that has not ended. */
export const EVERY = 1500;
const MOST_STEPS = 200;

/** What a run has done, read again while it goes on and once more when it has ended. */
export function useRunSteps(run: FlowRun): PagedList<FlowRunStep> {
  const { slug } = useWorkspace();
  const queries = useQueryClient();
  const path = `flow-runs/${run.id}/steps`;
  const { finished_at } = run;
  useEffect(() => {
    // What was read last may be of before the end.
    if (finished_at !== null) void queries.invalidateQueries({ queryKey: apiKey(slug, path) });
  }, [queries, slug, path, finished_at]);
  return useApiList<FlowRunStep>(path, { limit: MOST_STEPS }, hasEnded(run) ? {} : { every: EVERY });
}

/** What a run follows, whatever is deployed meanwhile: its job keeps it as its first step. */
export interface FollowedFlow {
  readonly nodes: readonly FlowNode[];
  readonly triggers: readonly FlowTrigger[];
}

export function useFollowedFlow({ id, flow, started_at }: FlowRun): FollowedFlow | undefined {
  const first = useApiList<{ readonly name: string; readonly result: unknown }>(
    `jobs/${id}/steps`,
    { limit: 1 },
    { enabled: started_at !== null },
  );
  const { definition } = (first.rows[0]?.result ?? {}) as { readonly definition?: FollowedFlow };
  // Before it has begun it would follow what is deployed now.
  const { data: now } = useApiGet<WholeFlow>(`flows/${flow}`, undefined, { enabled: started_at === null });
  return definition ?? now;
}
