import type { SandboxCall } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { enqueueJob } from "../../write/enqueue-job.ts";
import { enqueueSchema } from "../../write/job-input.ts";
import { callOptions } from "./arguments.ts";

/** `context.jobs`: the jobs that the function declares. */
export function jobCalls(acting: RequestContext): Readonly<Record<string, SandboxCall>> {
  return { "jobs.enqueue": ([given]) => enqueueJob(acting, callOptions(enqueueSchema, given)) };
}
