import {
  PlinthError,
  type Principal,
  type SandboxFailure,
  type SandboxOutcome,
  type SandboxRequest,
  type SandboxValue,
  uuidv7,
} from "@plinth/core";
import { actorOf } from "../../commit/mutate.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { requireMayCall } from "./acting.ts";
import { type ActiveFunction, activeFunction, execute } from "./execute.ts";
import { insertRun } from "./repository.ts";
import { trimRunsOf } from "./runs.ts";
import type { FunctionMethod } from "./settings.ts";

/** One call of a function. */
export interface FunctionCall<A> {
  readonly name: string;
  readonly method: FunctionMethod;
  readonly request: SandboxRequest;
  /** What stands behind the name in the address. */
  readonly path: string;
  /** Makes the answer of what the function returned. Throws a `PlinthError` where that is none: then the run has failed. */
  readonly answer: (value: SandboxValue) => A;
  /** Ends the run: nobody waits for its answer any more. */
  readonly signal?: AbortSignal | undefined;
}

export interface FunctionAnswer<A> {
  /** Of the log. */
  readonly run: string;
  readonly answer: A;
}

/** Runs the version that answers. What it does is logged, whether it succeeds or not. */
export async function callFunction<A>(ctx: RequestContext, call: FunctionCall<A>): Promise<FunctionAnswer<A>> {
  const { principal } = ctx;
  const active = await activeFunction(ctx, call.name);
  requireMayCall(principal, active.settings);
  const { methods } = active.settings.http;
  if (!methods.includes(call.method))
    throw new PlinthError("METHOD_NOT_ALLOWED", `This function answers ${methods.join(", ")}.`);
  const { request, path, signal } = call;
  const outcome = await execute(ctx, active, { context: { request, path, user: shownUser(principal) }, signal });
  const ended = answered(outcome, call.answer);
  const error = ended.ok ? undefined : ended.error;
  const run = await recordRun(ctx, active, { trigger: "http", outcome, error });
  if (!ended.ok) throw new PlinthError("FUNCTION_FAILED", undefined, { run });
  return { run, answer: ended.answer };
}

type Answered<A> = { readonly ok: true; readonly answer: A } | { readonly ok: false; readonly error: SandboxFailure };

function answered<A>(outcome: SandboxOutcome, answerOf: (value: SandboxValue) => A): Answered<A> {
  if (!outcome.ok) return outcome;
  try {
    return { ok: true, answer: answerOf(outcome.value) };
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    return { ok: false, error: { kind: "error", name: "TypeError", message: error.message, stack: [] } };
  }
}

function shownUser({ kind, id, email, roles }: Principal) {
  return kind === "anonymous" ? null : { kind, id: id ?? null, email: email ?? null, roles };
}

interface EndedRun {
  /** What has started it. */
  readonly trigger: "http" | "job";
  readonly outcome: SandboxOutcome;
  /** Why it has failed. */
  readonly error: SandboxFailure | undefined;
}

/** A run that cannot be logged has happened all the same. */
export async function recordRun(
  ctx: RequestContext,
  { name, version }: Pick<ActiveFunction, "name" | "version">,
  { trigger, outcome, error }: EndedRun,
): Promise<string> {
  const { driver, engine, principal, requestId } = ctx;
  const { workspaceId } = principal;
  const { logs, logsLeftOut, usage } = outcome;
  const createdAt = engine.clock.now();
  const id = uuidv7(createdAt);
  const row = {
    ...{ id, workspaceId, name, version, createdAt, kind: "function", trigger },
    status: error ? "failed" : "succeeded",
    error: error ? JSON.stringify(error) : null,
    logs: JSON.stringify({ lines: logs, left_out: logsLeftOut }),
    ms: Math.round(usage.wallMs),
    calls: usage.calls,
    actor: actorOf(principal),
    requestId: requestId ?? null,
  };
  try {
    await insertRun(driver, row);
    await trimRunsOf(engine, driver, { workspaceId, name });
  } catch (failure) {
    engine.log.error("a run could not be logged", { workspaceId, function: name, error: failure });
  }
  return id;
}
