import {
  anonymous,
  anySignal,
  type Json,
  PlinthError,
  plainJson,
  type SandboxFailure,
  type SandboxOutcome,
} from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { type JobContext, JobFailure, type JobHandler, type RunningJob } from "../../kernel/jobs.ts";
import { mayListCode, unknownName } from "../../kernel/names-in-use.ts";
import { contextOf } from "../../kernel/request-context.ts";
import { requestOfJob } from "../../triggers/index.ts";
import { type ActiveFunction, activeFunction } from "./active-function.ts";
import { beginCall, endCall } from "./call-run.ts";
import { execute } from "./execute.ts";
import { FunctionSteps } from "./job-steps.ts";
import { findFunction, listFunctionNames } from "./repository.ts";

/** The `code` of an error by which a function says that no other attempt would help. */
const NO_RETRY = "NO_RETRY";

/** Runs the function of the job's name. Nobody calls it: as its caller it would be a stranger. */
export const functionJobs: JobHandler = {
  kind: "function",
  async checkName(ctx, name) {
    const { driver, principal } = ctx;
    if (await findFunction(driver, principal.workspaceId, name)) return undefined;
    const names = mayListCode(principal) ? await listFunctionNames(driver, principal.workspaceId) : undefined;
    return unknownName("function", name, names);
  },
  async run(job, context) {
    const ctx = await jobContext(job, context);
    const active = await functionOf(ctx, job.name);
    const ending = new AbortController();
    const steps = new FunctionSteps(context.step, context.engine.clock, () => ending.abort());
    const run = beginCall(ctx, active, { trigger: "job", jobId: job.id });
    const outcome = await execute(ctx, active, {
      run,
      context: { job: shownJob(job), user: null },
      calls: steps.calls,
      signal: anySignal(context.signal, ending.signal),
      isPatient: true,
    }).finally(() => steps.close());
    const { suspended } = steps;
    const ended = suspended ? undefined : endOf(outcome);
    const isSuspended = suspended !== undefined;
    await endCall(run, { outcome, error: ended?.error, isSuspended });
    if (suspended) throw suspended;
    if (ended!.error) throw failureOf(ended!.error);
    return ended!.result;
  },
};

async function jobContext(
  { id, workspaceId }: RunningJob,
  { engine, driver, trace }: JobContext,
): Promise<RequestContext> {
  const catalog = await engine.catalogs.get(driver, workspaceId);
  return { ...contextOf(engine, driver, anonymous(workspaceId), catalog), requestId: requestOfJob(id), trace };
}

async function functionOf(ctx: RequestContext, name: string): Promise<ActiveFunction> {
  try {
    return await activeFunction(ctx, name);
  } catch (error) {
    throw error instanceof PlinthError && error.code === "NOT_FOUND"
      ? new JobFailure(`There is no function named ${name}.`, false)
      : error;
  }
}

function shownJob({ id, queue, name, payload, attempt, createdAt }: RunningJob) {
  return { id, queue, name, payload, attempt, created_at: new Date(createdAt).toISOString() };
}

interface EndedAttempt {
  readonly result: Json;
  readonly error?: SandboxFailure;
}

function endOf(outcome: SandboxOutcome): EndedAttempt {
  if (!outcome.ok) return { result: null, error: outcome.error };
  try {
    return { result: plainJson(outcome.value ?? null, "result") };
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    return { result: null, error: { kind: "error", name: "TypeError", message: error.message, stack: [] } };
  }
}

function failureOf({ name, message, line, code }: SandboxFailure): JobFailure {
  return new JobFailure(`${name}: ${message}${line === undefined ? "" : ` (line ${line})`}`, code !== NO_RETRY);
}
