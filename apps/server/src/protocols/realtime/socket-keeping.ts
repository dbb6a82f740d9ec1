import type { PlinthError, SocketHandler, SocketIo, SocketKeeping, SqlDriver } from "@plinth/core";
import { type Engine, hubFor, hubOf, refusalOf, renewGrants, restingPlace } from "@plinth/engine";
import { CLOSE, errorFrame, PING, PONG } from "./socket-frames.ts";
import { restoreSocketSession } from "./socket-session.ts";
import type { SocketState } from "./socket-subscription.ts";

/** Sockets that outlive this process's memory: see `SocketKeeping`. */
export function socketKeeping(engine: Engine, open: () => Promise<SqlDriver>): SocketKeeping {
  return {
    ping: [PING, PONG],
    get atRest() {
      return hubOf(engine)?.atRest ?? true;
    },
    suspend: () => hubOf(engine)?.suspend(),
    async resume(kept) {
      if (kept.length === 0) return [];
      const states = kept.map(({ state }) => state as unknown as SocketState);
      const driver = await open();
      const hub = hubFor(engine, driver);
      const now = engine.clock.now();
      // Rights come first: whatever was remembered here is older than the change that woke us.
      const workspaceIds = new Set(states.map(({ grant }) => grant.principal.workspaceId));
      for (const workspaceId of workspaceIds) engine.catalogs.expire(workspaceId);
      const grants = await renewGrants(
        driver,
        states.map(({ grant }) => grant),
        now,
      );
      const marks = states.flatMap(({ subscriptions }) =>
        subscriptions.flatMap(({ mark }) => (mark ? [{ mark }] : [])),
      );
      const from = restingPlace(marks, hub.options.comparePlaces);
      const handlers: (SocketHandler | undefined)[] = [];
      try {
        for (const [i, state] of states.entries()) {
          const { io } = kept[i]!;
          const grant = grants[i];
          const { workspaceId } = state.grant.principal;
          if (!grant) {
            end(io, state, refusalOf(state.grant));
            handlers.push(undefined);
            continue;
          }
          const catalog = await engine.catalogs.get(driver, workspaceId);
          const room = await hub.room(workspaceId, from);
          const caller = { grant, scope: room.scopeFor(grant.principal, catalog) };
          handlers.push(restoreSocketSession({ hub, grant, io, caller }, state));
        }
      } catch (error) {
        // All are tried again: nobody speaks twice for one socket, or holds a place twice.
        for (const handler of handlers) handler?.closed();
        throw error;
      }
      return handlers;
    },
  };
}

function end(io: SocketIo, { subscriptions }: SocketState, refusal: PlinthError): void {
  for (const { ref } of subscriptions) io.send(errorFrame(ref, refusal));
  io.close(CLOSE.ended, refusal.code);
}
