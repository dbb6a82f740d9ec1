import type { FlowRun, FlowRunStep } from "@plinth/client/flows";

const ENDED: ReadonlySet<FlowRun["state"]> = new Set(["succeeded", "dead", "cancelled"]);

export const hasEnded = ({ state }: Pick<FlowRun, "state">): boolean => ENDED.has(state);

/** Milliseconds from its begin to its end; undefined before that. */
export function tookMs({ started_at, finished_at }: Pick<FlowRun, "started_at" | "finished_at">): number | undefined {
  return started_at === null || finished_at === null ? undefined : Date.parse(finished_at) - Date.parse(started_at);
}

export function triggerTypeOf({ trigger }: Pick<FlowRun, "trigger">): string {
  const type = typeof trigger === "object" && trigger !== null && "type" in trigger ? trigger.type : undefined;
  return typeof type === "string" ? type : "manual";
}

/** What has become of a node in a run: of all its rounds and attempts. */
export interface NodeOutcome {
  readonly rounds: number;
  /** The last attempt of one of its rounds has failed. */
  readonly isFailed: boolean;
}

/** By the ids of nodes. */
export function outcomesOf(steps: readonly FlowRunStep[]): ReadonlyMap<string, NodeOutcome> {
  const last = new Map(steps.map((step) => [step.path, step]));
  const found = new Map<string, NodeOutcome>();
  for (const { node, error } of last.values()) {
    const { rounds, isFailed } = found.get(node) ?? { rounds: 0, isFailed: false };
    found.set(node, { rounds: rounds + 1, isFailed: isFailed || error !== null });
  }
  return found;
}
