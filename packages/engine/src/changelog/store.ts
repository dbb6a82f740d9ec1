import type { DataSource, Origin, Principal, RequestHost, SqlDriver, Store } from "@plinth/core";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { builtInSource, isBuiltIn, sourceOf } from "../kernel/sources.ts";

/** The author of a change in the log. */
export function actorOf({ kind, id }: Principal): string | null {
  return kind === "anonymous" ? null : `${kind}:${id}`;
}

interface Writer {
  readonly principal: Principal;
  readonly requestId: string | null;
  readonly host?: Pick<RequestHost, "defer">;
}

/** The data sources of one request: its writes record the request's origin in the log and wake the readers. */
export function requestSources(engine: Engine, driver: SqlDriver, request: Writer): RequestContext["source"] {
  let own: DataSource | undefined;
  return (collection) => {
    if (!isBuiltIn(collection)) return writtenBy(sourceOf(engine, driver, collection), engine, driver, request);
    own ??= writtenBy(builtInSource(engine, driver), engine, driver, request);
    return own;
  };
}

function writtenBy(
  { name, store, schema, log }: DataSource,
  engine: Engine,
  driver: SqlDriver,
  request: Writer,
): DataSource {
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
    // The caller closes a connection of one request, and does not know of other work on it.
    else if (driver.lifetime === "request") await due;
    return results;
  };
  const traced: Store = Object.assign(Object.create(store) as Store, { mutate });
  return { name, store: traced, schema, log };
}
