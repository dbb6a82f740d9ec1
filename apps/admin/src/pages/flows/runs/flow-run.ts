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
  /** It has asked people who have not decided. */
  readonly isWaiting: boolean;
}

const NONE: NodeOutcome = { rounds: 0, isFailed: false, isWaiting: false };
/** When a node has asked people. What they have decided is the step without it. */
const ASKED = ".asked";

/** By the ids of nodes. */
export function outcomesOf(steps: readonly FlowRunStep[]): ReadonlyMap<string, NodeOutcome> {
  const last = new Map(steps.map((step) => [step.path, step]));
  const found = new Map<string, NodeOutcome>();
  for (const { node, path, error } of last.values()) {
    const { rounds, isFailed, isWaiting } = found.get(node) ?? NONE;
    const isQuestion = path.endsWith(ASKED) && !path.endsWith(`.${node}`) && path !== node;
    if (isQuestion) {
      const isOpen = !last.has(path.slice(0, -ASKED.length));
      found.set(node, { rounds, isFailed, isWaiting: isWaiting || isOpen });
    } else found.set(node, { rounds: rounds + 1, isFailed: isFailed || error !== null, isWaiting });
  }
  return found;
}
