import {
  PlinthError,
  type Principal,
  type SandboxCall,
  type SandboxFailure,
  type SandboxOutcome,
  type SandboxRequest,
  type SandboxValue,
  uuidv7,
} from "@plinth/core";
import { actorOf } from "../../commit/mutate.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { actingContext, requireMayCall } from "./acting.ts";
import { noSuchFunction } from "./deploy.ts";
import { functionFetch } from "./fetch.ts";
import { findFunction, findVersion, insertRun, listSecretRows } from "./repository.ts";
import { trimRunsOf } from "./runs.ts";
import { secretValues } from "./secrets.ts";
import { type FunctionMethod, type FunctionSettings, sandboxLimits } from "./settings.ts";
import { inSources } from "./source-map.ts";

/** One call of a function. */
export interface FunctionCall<A> {
  readonly name: string;
  readonly method: FunctionMethod;
  readonly request: SandboxRequest;
  /** What stands behind the name in the address. */
  readonly path: string;
  /** `context.db`, in a context that has the function's rights. */
  readonly data: (acting: RequestContext) => Readonly<Record<string, SandboxCall>>;
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

const FILE_NAME = "function.js";

/** Runs the version that answers. What it does is logged, whether it succeeds or not. */
export async function callFunction<A>(ctx: RequestContext, call: FunctionCall<A>): Promise<FunctionAnswer<A>> {
  const { engine, driver, principal } = ctx;
  const row = await findFunction(driver, principal.workspaceId, call.name);
  if (!row) throw noSuchFunction();
  const [active, secrets] = await Promise.all([
    findVersion(driver, row.id, row.activeVersion),
    listSecretRows(driver, row.id),
  ]);
  // It has been deleted in this moment.
  if (!active) throw noSuchFunction();
  const settings = JSON.parse(active.settings) as FunctionSettings;
  requireMayCall(principal, settings);
  const { methods } = settings.http;
  if (!methods.includes(call.method))
    throw new PlinthError("METHOD_NOT_ALLOWED", `This function answers ${methods.join(", ")}.`);
  if (!engine.sandbox) throw new PlinthError("UNSUPPORTED_BY_HOST", "This host runs no functions.");
  const sandbox = await engine.sandbox();
  const env = await secretValues(engine, secrets);
  const { permissions } = settings;
  const ran = await sandbox.run({
    source: active.source,
    fileName: FILE_NAME,
    context: { request: call.request, path: call.path, env, user: shownUser(principal) },
    calls: {
      ...(permissions.collections.length > 0 && call.data(actingContext(ctx, call.name, settings))),
      ...(permissions.fetch.length > 0 && { fetch: functionFetch(engine, permissions.fetch) }),
    },
    limits: sandboxLimits(settings),
    signal: call.signal,
  });
  const outcome = ran.ok ? ran : { ...ran, error: inSources(ran.error, active.sourceMap) };
  const ended = answered(outcome, call.answer);
  const error = ended.ok ? undefined : ended.error;
  const run = await recordRun(ctx, { name: call.name, version: active.version, outcome, error });
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
  readonly name: string;
  readonly version: number;
  readonly outcome: SandboxOutcome;
  /** Why it has failed. */
  readonly error: SandboxFailure | undefined;
}

/** A run that cannot be logged has happened all the same. */
async function recordRun(ctx: RequestContext, { name, version, outcome, error }: EndedRun): Promise<string> {
  const { driver, engine, principal, requestId } = ctx;
  const { workspaceId } = principal;
  const { logs, logsLeftOut, usage } = outcome;
  const createdAt = engine.clock.now();
  const id = uuidv7(createdAt);
  const row = {
    ...{ id, workspaceId, name, version, createdAt, kind: "function", trigger: "http" },
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
