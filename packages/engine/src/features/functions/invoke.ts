import {
  anySignal,
  PlinthError,
  type Principal,
  type SandboxFailure,
  type SandboxOutcome,
  type SandboxRequest,
  type SandboxValue,
} from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import type { CollectedRun } from "../../runs/index.ts";
import { requireMayCall } from "./acting.ts";
import { activeFunction } from "./active-function.ts";
import { beginCall, endCall } from "./call-run.ts";
import { execute } from "./execute.ts";
import { trustedRefusal } from "./runtimes.ts";
import type { FunctionMethod, FunctionSettings } from "./settings.ts";
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
  /** Called before anything is refused, with what the function says of its callers. */
  readonly found?: (http: FunctionSettings["http"]) => void;
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
  call.found?.(active.settings.http);
  requireMayCall(principal, active.settings);
  const { methods } = active.settings.http;
  if (!methods.includes(call.method))
    throw new PlinthError("METHOD_NOT_ALLOWED", `This function answers ${methods.join(", ")}.`);
  const { request, path } = call;
  const ending = new AbortController();
  const signal = anySignal(call.signal, ending.signal);
  const streamed = new StreamedAnswer(call.answer);
  const run = beginCall(ctx, active, { trigger: "http" });
  const context = { request, path, user: shownUser(principal) };
  const running = execute(ctx, active, { context, calls: streamed.calls, signal, run });
  const head = await Promise.race([streamed.begun, running.then(() => undefined)]);
  if (head !== undefined) return { answer: head, chunks: chunksOf(run, { streamed, running, ending }) };
  const outcome = await running;
  const ended = answered(outcome, call.answer);
  const error = ended.ok ? undefined : ended.error;
  const id = await endCall(run, { outcome, error });
  if (!ended.ok) throw failureFor(ctx, ended.error, id);
  return { run: id, answer: ended.answer };
}

/** What its caller reads of a failure: only that the server does not run such functions is no matter of the function. */
function failureFor({ engine }: RequestContext, { kind }: SandboxFailure, run: string): PlinthError {
  const refusal = kind === "refused" ? trustedRefusal(engine) : undefined;
  return refusal ?? new PlinthError("FUNCTION_FAILED", undefined, { run });
}

/** What the function says of its callers. Undefined: there is none of this name. */
export async function functionHttp(ctx: RequestContext, name: string): Promise<FunctionSettings["http"] | undefined> {
  try {
    return (await activeFunction(ctx, name)).settings.http;
  } catch (error) {
    if (error instanceof PlinthError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

interface StreamedRun {
  readonly streamed: Pick<StreamedAnswer<unknown>, "chunks">;
  readonly running: Promise<SandboxOutcome>;
  readonly ending: AbortController;
}

/** The run is logged when it has ended. One that fails ends the answer with an error: its head has been sent. */
async function* chunksOf(
  run: CollectedRun,
  { streamed, running, ending }: StreamedRun,
): AsyncGenerator<Uint8Array, void> {
  let failure: SandboxFailure | undefined;
  try {
    yield* streamed.chunks(running);
  } finally {
    ending.abort();
    const outcome = await running;
    failure = outcome.ok ? undefined : outcome.error;
    await endCall(run, { outcome, error: failure });
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
