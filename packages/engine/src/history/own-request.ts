import { invalid } from "@plinth/core";
import { actorOf } from "../commit/mutate.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { allSources } from "../kernel/sources.ts";

/**
 * For a caller that names a request which this one continues. A request of somebody else would get changes that are not
 * its own, and whoever undoes it would undo them. One that changed nothing may be anybody's: nobody can guess its id.
 */
export async function requireOwnRequest(ctx: RequestContext, requestId: string): Promise<void> {
  const { engine, driver, principal } = ctx;
  const actor = actorOf(principal);
  for (const { log } of allSources(engine, driver)) {
    const [change] = await log.ofRequests(principal.workspaceId, [requestId], { limit: 1 });
    if (change && change.actor !== actor) throw invalid("run", "is the id of a request that another caller has sent");
  }
}
