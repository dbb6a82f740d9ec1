import {
  PlinthError,
  type Principal,
  type SandboxFailure,
  type SandboxOutcome,
  type SandboxRequest,
  type SandboxValue,
} from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { recordRun, runContextOf } from "../../runs/index.ts";
import { requireMayCall } from "./acting.ts";
import { type ActiveFunction, activeFunction, execute } from "./execute.ts";
import type { FunctionMethod } from "./settings.ts";
import { StreamedAnswer } from "./streamed-answer.ts";

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
  /** Of the log. Absent where it goes on. */
  readonly run?: string;
  readonly answer: A;
  /** What follows the answer's head, while the function goes on. Whoever leaves off reading ends it. */
  readonly chunks?: AsyncGenerator<Uint8Array, void>;
}

/** Runs the version that answers. What it does is logged, whether it succeeds or not. */
export async function callFunction<A>(ctx: RequestContext, call: FunctionCall<A>): Promise<FunctionAnswer<A>> {
  const { principal } = ctx;
  const active = await activeFunction(ctx, call.name);
  requireMayCall(principal, active.settings);
  const { methods } = active.settings.http;
  if (!methods.includes(call.method))
    throw new PlinthError("METHOD_NOT_ALLOWED", `This function answers ${methods.join(", ")}.`);
  const { request, path } = call;
  const ending = new AbortController();
  const signal = call.signal ? AbortSignal.any([call.signal, ending.signal]) : ending.signal;
  const streamed = new StreamedAnswer(call.answer);
  const context = { request, path, user: shownUser(principal) };
  const running = execute(ctx, active, { context, calls: streamed.calls, signal });
  const head = await Promise.race([streamed.begun, running.then(() => undefined)]);
  if (head !== undefined) return { answer: head, chunks: chunksOf(ctx, active, { streamed, running, ending }) };
  const outcome = await running;
  const ended = answered(outcome, call.answer);
  const error = ended.ok ? undefined : ended.error;
  const run = await recordCall(ctx, active, { trigger: "http", outcome, error });
  if (!ended.ok) throw new PlinthError("FUNCTION_FAILED", undefined, { run });
  return { run, answer: ended.answer };
}

interface StreamedRun {
  readonly streamed: Pick<StreamedAnswer<unknown>, "chunks">;
  readonly running: Promise<SandboxOutcome>;
  readonly ending: AbortController;
}

/** The run is logged when it has ended. One that fails ends the answer with an error: its head has been sent. */
async function* chunksOf(
  ctx: RequestContext,
  active: ActiveFunction,
  { streamed, running, ending }: StreamedRun,
): AsyncGenerator<Uint8Array, void> {
  let failure: SandboxFailure | undefined;
  try {
    yield* streamed.chunks(running);
  } finally {
    ending.abort();
    const outcome = await running;
    failure = outcome.ok ? undefined : outcome.error;
    await recordCall(ctx, active, { trigger: "http", outcome, error: failure });
  }
  if (failure) throw new PlinthError("FUNCTION_FAILED");
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

export function shownUser({ kind, id, email, roles }: Principal) {
  return kind === "anonymous" ? null : { kind, id: id ?? null, email: email ?? null, roles };
}

interface EndedCall {
  /** What has started it. */
  readonly trigger: "http" | "job" | "before_write" | "hook";
  readonly jobId?: string;
  /** The job sleeps: the function goes on later. */
  readonly isSuspended?: boolean;
  readonly outcome: SandboxOutcome;
  /** Why it has failed. */
  readonly error: SandboxFailure | undefined;
}

export function recordCall(
  ctx: RequestContext,
  { name, version }: Pick<ActiveFunction, "name" | "version">,
  { trigger, jobId, outcome, error, isSuspended }: EndedCall,
): Promise<string> {
  const { logs, logsLeftOut, usage } = outcome;
  return recordRun(runContextOf(ctx), {
    ...{ kind: "function", name, version, trigger, jobId, ms: usage.wallMs },
    ...{ status: isSuspended ? "suspended" : error ? "failed" : "succeeded", error },
    logs: { lines: logs, left_out: logsLeftOut },
    attributes: { calls: usage.calls },
  });
}
