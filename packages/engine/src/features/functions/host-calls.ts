import type { SandboxCall } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { actingContext } from "./acting.ts";
import type { ActiveFunction } from "./execute.ts";
import { fetchCalls } from "./fetch.ts";
import { jobCalls } from "./job-calls.ts";
import { valueCalls } from "./kv/calls.ts";
import { mailCalls } from "./mail-calls.ts";

/** What the function may call: what its version declares, and nothing else. */
export function hostCalls(ctx: RequestContext, active: ActiveFunction): Readonly<Record<string, SandboxCall>> {
  const { name, settings } = active;
  const { collections, fetch, jobs, kv, mail } = settings.permissions;
  const { engine } = ctx;
  const acting = actingContext(ctx, name, settings);
  return {
    ...(collections.length > 0 && engine.functionData?.(acting)),
    ...(fetch.length > 0 && fetchCalls(engine, fetch)),
    ...(jobs.length > 0 && jobCalls(acting)),
    ...(kv.length > 0 && valueCalls(ctx, active.id, kv)),
    ...(mail && mailCalls(ctx, name)),
  };
}
