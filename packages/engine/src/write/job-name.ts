import { invalid, PlinthError } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { jobHandlers } from "../kernel/jobs.ts";
import { inOperation } from "./operation-errors.ts";

interface NamedJob {
  readonly kind: string;
  /** Of what the job runs; undefined: its kind. */
  readonly name?: string | undefined;
}

/**
 * Throws `VALIDATION` for a job that names a function or a flow which is not there: it could only fail. What it names may be deleted
 * later; then it fails.
 */
export async function requireJobName(
  ctx: RequestContext,
  { kind, name = kind }: NamedJob,
  at: (field: string) => string,
): Promise<void> {
  const problem = await jobHandlers(ctx.engine).get(kind)?.checkName?.(ctx, name);
  if (problem !== undefined) throw invalid(at("name"), problem);
}

/** The same for the operations of a batch, of which some store a job. Each name is looked up once. */
export async function requireJobNames(ctx: RequestContext, jobs: readonly (NamedJob | undefined)[]): Promise<void> {
  const known = new Set<string>();
  for (const [i, job] of jobs.entries()) {
    if (!job || known.has(`${job.kind} ${job.name}`)) continue;
    known.add(`${job.kind} ${job.name}`);
    try {
      await requireJobName(ctx, job, (field) => `operations.${i}.${field}`);
    } catch (error) {
      throw error instanceof PlinthError ? inOperation(error, i) : error;
    }
  }
}
