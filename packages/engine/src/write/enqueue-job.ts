import type { Json } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { jobQueueSettings } from "../kernel/job-queues.ts";
import { announceJobs } from "../kernel/jobs.ts";
import { enqueueOperation } from "./enqueue.ts";
import { requireRoomForJobs } from "./enqueue-limits.ts";
import type { EnqueueInput } from "./job-input.ts";
import { requireJobName } from "./job-name.ts";
import { commitOperations, replayableResult } from "./write-batch.ts";

/** Stores a job, or finds the one with its unique key that has not ended. */
export async function enqueueJob(ctx: RequestContext, input: EnqueueInput): Promise<Json> {
  const queues = await jobQueueSettings(ctx.engine, ctx.driver, ctx.principal.workspaceId);
  const operation = enqueueOperation(ctx, input, { at: (field) => field, queues });
  await requireJobName(ctx, input, (field) => field);
  await requireRoomForJobs(ctx, 1);
  const replay = () => replayableResult(true, { data: operation.replay() });
  const [job] = await commitOperations(ctx, [operation], replay);
  await announceJobs(ctx, [operation.job]);
  return job!;
}
