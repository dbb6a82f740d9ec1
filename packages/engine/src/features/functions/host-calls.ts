import type { RequestContext } from "../../kernel/engine.ts";
import type { CollectedRun } from "../../runs/index.ts";
import { actingContext, actingOnFiles } from "./acting.ts";
import type { ActiveFunction } from "./active-function.ts";
import { aiCalls } from "./ai-calls.ts";
import type { ClosableCalls } from "./closable-calls.ts";
import { fetchCalls } from "./fetch.ts";
import { fileCalls } from "./file-calls.ts";
import { jobCalls } from "./job-calls.ts";
import { valueCalls } from "./kv/calls.ts";
import { mailCalls } from "./mail-calls.ts";

/** What the function may call: what its version declares, and nothing else. */
export function hostCalls(ctx: RequestContext, active: ActiveFunction, run: CollectedRun): ClosableCalls {
  const { name, settings } = active;
  const { ai, collections, fetch, files, jobs, kv, mail } = settings.permissions;
  const { engine } = ctx;
  const acting = actingContext(ctx, name, settings);
  const stored = files.buckets.length > 0 ? fileCalls(actingOnFiles(ctx, name, settings), files) : undefined;
  const others = fetch.length > 0 ? fetchCalls(engine, fetch) : undefined;
  const models = ai ? aiCalls(ctx, ai, run) : undefined;
  const calls = {
    ...stored?.calls,
    ...(collections.length > 0 && engine.functionData?.(acting)),
    ...others?.calls,
    ...(jobs.length > 0 && jobCalls(acting)),
    ...(kv.length > 0 && valueCalls(ctx, active.id, kv)),
    ...(mail && mailCalls(ctx, name)),
    ...models?.calls,
  };
  const closable = [stored, others, models];
  return { calls, close: async () => void (await Promise.all(closable.map((one) => one?.close()))) };
}
