import type { SandboxCall, SandboxOutcome, SandboxValue } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import type { CollectedRun } from "../../runs/index.ts";
import { type ActiveFunction, versionName } from "./active-function.ts";
import { tracedCalls } from "./call-run.ts";
import { hostCalls } from "./host-calls.ts";
import { refusedRun, runnerOf, trustedRefusal } from "./runtimes.ts";
import { functionSecretStore } from "./secrets.ts";
import { sandboxLimits } from "./settings.ts";
import { inSources } from "./source-map.ts";

const FILE_NAME = "function.js";

/** What starts a run. */
export interface FunctionStart {
  /** What the function gets beside its secrets and what it may call. */
  readonly context: Readonly<Record<string, SandboxValue>>;
  /** Calls that only this start brings. */
  readonly calls?: Readonly<Record<string, SandboxCall>>;
  readonly signal?: AbortSignal | undefined;
  readonly isPatient?: true;
  /** Of the calls that its version declares. Absent: all. */
  readonly only?: ReadonlySet<string>;
  readonly mostWallMs?: number;
  /** Another function may wait for it. */
  readonly isNested?: true;
  /** Where it is logged. */
  readonly run: CollectedRun;
}

/** Runs the function with the rights that its version declares. */
export async function execute(
  ctx: RequestContext,
  active: ActiveFunction,
  { context, calls, signal, isPatient, only, mostWallMs, isNested, run }: FunctionStart,
): Promise<SandboxOutcome> {
  const { engine } = ctx;
  const { settings, source, sourceMap, secrets } = active;
  // The operator may have allowed it when it was deployed. It never runs in the other runtime instead.
  const refusal = settings.runtime === "trusted" ? trustedRefusal(engine) : undefined;
  if (refusal) return refusedRun(refusal);
  const runner = await runnerOf(engine, settings.runtime);
  const { calls: all, close } = hostCalls({ ...ctx, trace: run.trace }, active, run);
  const declared = Object.entries(tracedCalls(all, run)).filter(([call]) => !only || only.has(call));
  const limits = sandboxLimits(settings);
  const program = {
    source,
    fileName: FILE_NAME,
    version: versionName(active),
    context: { ...context, env: await functionSecretStore.values(engine, active.id, secrets) },
    calls: { ...Object.fromEntries(declared), ...calls },
    limits: { ...limits, wallMs: Math.min(limits.wallMs, mostWallMs ?? limits.wallMs) },
    signal,
    owner: ctx.principal.workspaceId,
    ...(isPatient && { isPatient }),
    ...(isNested && { isNested }),
  };
  // Before the run is known to have ended, nothing of it is under way any more.
  const ran = await runner.run(program).finally(close);
  return ran.ok ? ran : { ...ran, error: inSources(ran.error, sourceMap) };
}
