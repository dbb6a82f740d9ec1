import { anonymous, type Json, type JsonObject, PlinthError } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { jobQueueSettings } from "../../kernel/job-queues.ts";
import { announceJobs } from "../../kernel/jobs.ts";
import * as z from "../../kernel/zod.ts";
import { enqueueOperation } from "../../write/enqueue.ts";
import { enqueueSchema } from "../../write/job-input.ts";
import { commitOperations, replayableResult } from "../../write/write-batch.ts";
import type { FlowTrigger } from "./definition/triggers.ts";
import { flowDefinition } from "./deploy.ts";
import { requireFlow } from "./find-flow.ts";
import { FLOW_ATTEMPTS, FLOW_JOB, FLOW_QUEUE, MAX_FLOW_INPUT } from "./flow-job.ts";
import type { FlowRow } from "./repository.ts";
import { type FlowRunEntry, runOfJob } from "./runs.ts";

export const runFlowSchema = z.strictObject({
  input: z.json().default(null).describe(`At most ${MAX_FLOW_INPUT} bytes`),
});

/** Starts a run that goes on after the answer. */
export async function runFlow(
  ctx: RequestContext,
  name: string,
  { input }: z.output<typeof runFlowSchema>,
): Promise<FlowRunEntry> {
  const flow = await requireFlow(ctx, name);
  if (!(await triggerOf(ctx, flow, "manual")))
    throw new PlinthError("CONFLICT", "This flow has no manual trigger.", { field: "name" });
  if (!flow.enabled) throw new PlinthError("CONFLICT", "This flow is not enabled.", { field: "name" });
  return startRun(ctx, flow, { input: input as Json, trigger: { type: "manual" } });
}

/** The trigger of this type that the flow has now. */
export async function triggerOf<T extends FlowTrigger["type"]>(
  ctx: RequestContext,
  flow: FlowRow,
  type: T,
): Promise<Extract<FlowTrigger, { type: T }> | undefined> {
  const { triggers } = await flowDefinition(ctx, flow, flow.activeVersion);
  return triggers.find((trigger): trigger is Extract<FlowTrigger, { type: T }> => trigger.type === type);
}

interface FlowStart {
  readonly input: Json;
  readonly trigger: JsonObject;
}

/** Stores the run, whoever has asked for it: the flow acts by its own rights. */
export async function startRun(ctx: RequestContext, flow: FlowRow, start: FlowStart): Promise<FlowRunEntry> {
  const bytes = new TextEncoder().encode(JSON.stringify(start.input)).length;
  if (bytes > MAX_FLOW_INPUT) {
    const message = `input: may take ${MAX_FLOW_INPUT} bytes, and takes ${bytes}`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: "input" });
  }
  const job = enqueueSchema.parse({
    ...{ kind: FLOW_JOB, queue: FLOW_QUEUE, name: flow.name },
    payload: { ...start },
    max_attempts: FLOW_ATTEMPTS,
  });
  const queues = await jobQueueSettings(ctx.engine, ctx.driver, flow.workspaceId);
  const operation = enqueueOperation(ctx, job, { at: (field) => field, queues, isServers: true });
  const data = runOfJob(operation.job);
  await commitOperations(ctx, [operation], () => replayableResult(true, { data: { ...data } as unknown as Json }));
  await announceJobs(ctx, [operation.job]);
  return data;
}

/** For starts by somebody who has no rights here, such as the sender of a message. */
export function asFlow(ctx: RequestContext, { name, workspaceId }: FlowRow): RequestContext {
  return { ...ctx, principal: { ...anonymous(workspaceId), bypass: true, flowName: name } };
}
