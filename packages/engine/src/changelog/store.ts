import type { Origin, Principal, RequestHost, SqlDriver, Store } from "@plinth/core";
import { type Engine, storeOf } from "../kernel/engine.ts";

/** How the log names who wrote. */
export function actorOf({ kind, id }: Principal): string | null {
  return kind === "anonymous" ? null : `${kind}:${id}`;
}

/** The store as one request has it: what it writes carries the request's origin into the log and wakes the readers. */
export function requestStore(
  engine: Engine,
  driver: SqlDriver,
  request: { principal: Principal; requestId: string | null; host?: Pick<RequestHost, "defer"> },
): Store {
  const store = storeOf(driver, engine.config);
  const { principal, requestId, host } = request;
  const mutate: Store["mutate"] = async (trees, bindings) => {
    const origin: Origin = { actor: actorOf(principal), requestId };
    const results = await store.mutate(trees, bindings, origin);
    if (engine.announcer && results.some((result) => result.changes > 0)) {
      const sent = engine.announcer.announce(principal.workspaceId);
      if (engine.bus?.crossProcess) host?.defer(sent);
    }
    const due = engine.scheduler.tickWhenDue(engine, driver);
    if (due && host) host.defer(due);
    // A connection of one request is closed by whoever asked, who knows of no other work.
    else if (driver.lifetime === "request") await due;
    return results;
  };
  return Object.assign(Object.create(store) as Store, { mutate });
}
