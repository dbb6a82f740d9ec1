import type { SandboxCall } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { actingContext } from "./acting.ts";
import type { ActiveFunction } from "./execute.ts";
import { functionFetch } from "./fetch.ts";

type HostCalls = Readonly<Record<string, SandboxCall>>;

/** What the function may call: what its version declares, and nothing else. */
export function hostCalls(ctx: RequestContext, { name, settings }: ActiveFunction): HostCalls {
  const { permissions } = settings;
  const { engine } = ctx;
  return {
    ...(permissions.collections.length > 0 && engine.functionData?.(actingContext(ctx, name, settings))),
    ...(permissions.fetch.length > 0 && { fetch: functionFetch(engine, permissions.fetch) }),
  };
}
