import { hasAccount, type Mutation, type MutationResult, type Origin, type Principal } from "@plinth/core";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { sourceOfBatch } from "../kernel/sources.ts";
import { announceWrite } from "./announce-write.ts";
import { requireNoViewer } from "./no-viewer.ts";

/** The caller in texts that are stored: `user:id` for each account, also an operator's, `key:id`, `function:name` or `flow:name`. Null: nobody. */
export function nameOfCaller(principal: Principal): string | null {
  const { functionName, flowName } = principal;
  if (principal.kind === "anonymous") {
    if (flowName !== undefined) return `flow:${flowName}`;
    return functionName === undefined ? null : `function:${functionName}`;
  }
  return `${hasAccount(principal) ? "user" : principal.kind}:${principal.id}`;
}

/** The author of a change in the log. An operator who acts as a user is named with the user. */
export function actorOf(principal: Principal): string | null {
  const { impersonator } = principal;
  const name = nameOfCaller(principal);
  return impersonator === undefined ? name : `${name} by operator:${impersonator}`;
}

/** What the log says about this request's changes. */
export function originOf({ principal, requestId }: Pick<RequestContext, "principal" | "requestId">): Origin {
  return { actor: actorOf(principal), requestId: requestId ?? null };
}

/** Applies a batch to the one source that it writes to: records the request's origin in the log and wakes the readers. */
export async function mutate(
  ctx: RequestContext,
  trees: readonly [Mutation, ...Mutation[]],
): Promise<MutationResult[]> {
  const { engine, driver, principal, host } = ctx;
  requireNoViewer(principal);
  const bindings = bind(ctx, []);
  const results = await sourceOfBatch(ctx, trees).store.mutate(trees, bindings, originOf(ctx));
  if (ctx.writes) ctx.writes.committed = true;
  if (results.some((result) => result.changes > 0)) await announceWrite(ctx);
  const due = engine.scheduler.tickWhenDue(engine, driver);
  if (due && host) host.defer(due);
  // The caller closes a connection of one request, and does not know of other work on it.
  else if (driver.lifetime === "request") await due;
  return results;
}
