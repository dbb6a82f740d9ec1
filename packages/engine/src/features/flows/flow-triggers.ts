import type { SqlQuery } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { replaceTriggers } from "../../triggers/replace.ts";
import { jobTemplate, type TriggerWhen } from "../../triggers/trigger.ts";
import type { FlowDefinition } from "./definition/parse.ts";
import { isStoredTrigger } from "./definition/triggers.ts";
import { FLOW_ATTEMPTS, FLOW_JOB, FLOW_QUEUE } from "./flow-job.ts";
import type { FlowRow } from "./repository.ts";

/** The owner of a flow's triggers, and what the security log names. */
export const flowTarget = (name: string): string => `flow:${name}`;

/** The statements that give a flow the triggers of a version which store jobs by themselves, and no others. */
export function flowTriggers(
  ctx: RequestContext,
  { name, enabled }: Pick<FlowRow, "name" | "enabled">,
  { triggers }: Pick<FlowDefinition, "triggers">,
): Promise<SqlQuery[]> {
  const job = jobTemplate.parse({
    ...{ kind: FLOW_JOB, queue: FLOW_QUEUE, name, payload: {}, max_attempts: FLOW_ATTEMPTS },
  });
  const stored = triggers.flatMap((trigger, at) => (isStoredTrigger(trigger) ? [{ trigger, at }] : []));
  const wanted = stored.map(({ trigger, at }) => {
    return { name: `${trigger.type} ${at}`, when: trigger as TriggerWhen, job, enabled };
  });
  return replaceTriggers(ctx, flowTarget(name), wanted, (field, index) => `triggers.${stored[index]!.at}.${field}`);
}
