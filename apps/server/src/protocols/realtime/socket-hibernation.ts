import { PlinthError, type SocketHandler, type SocketHibernation, type SocketIo, type SqlDriver } from "@plinth/core";
import {
  brokerFor,
  brokerOf,
  type Catalog,
  type Engine,
  hibernatedPosition,
  refusalOf,
  renewGrants,
} from "@plinth/engine";
import { CLOSE, errorMessage, PING, PONG } from "./socket-messages.ts";
import { restoreSocketSession } from "./socket-session.ts";
import type { SocketState } from "./socket-subscription.ts";

/** Sockets that outlive this process's memory: see `SocketHibernation`. */
export function socketHibernation(engine: Engine, open: () => Promise<SqlDriver>): SocketHibernation {
  return {
    ping: [PING, PONG],
    get idle() {
      return brokerOf(engine)?.idle ?? true;
    },
    hibernate: () => brokerOf(engine)?.hibernate(),
    async resume(saved) {
      if (saved.length === 0) return [];
      const states = saved.map(({ state }) => state as unknown as SocketState);
      const driver = await open();
      const broker = brokerFor(engine, driver);
      // Rights come first: anything cached here is older than the change that woke us.
      const workspaceIds = new Set(states.map(({ grant }) => grant.principal.workspaceId));
      for (const workspaceId of workspaceIds) engine.catalogs.expire(workspaceId);
      const grants = await renewGrants(
        engine,
        driver,
        states.map(({ grant }) => grant),
      );
      const resumeTokens = states.flatMap(({ subscriptions }) =>
        subscriptions.flatMap(({ token }) => (token ? [{ token }] : [])),
      );
      const from = hibernatedPosition(resumeTokens, broker.options.comparePositions);
      const handlers: (SocketHandler | undefined)[] = [];
      try {
        for (const [i, state] of states.entries()) {
          const { io } = saved[i]!;
          const grant = grants[i];
          const { workspaceId } = state.grant.principal;
          const catalog = grant ? await catalogIn(engine, driver, workspaceId) : refusalOf(state.grant);
          if (!grant || catalog instanceof PlinthError) {
            end(io, state, catalog as PlinthError);
            handlers.push(undefined);
            continue;
          }
          const subscribers = await broker.subscribersOf(workspaceId, from);
          const caller = { grant, ctx: subscribers.contextFor(grant.principal, catalog) };
          handlers.push(restoreSocketSession({ broker, grant, io, caller }, state));
        }
      } catch (error) {
        // All close before the retry: no two sessions may serve one socket, or reserve twice.
        for (const handler of handlers) handler?.closed();
        throw error;
      }
      return handlers;
    },
  };
}

/** Or why nobody may use the workspace any more: it is archived or deleted. */
async function catalogIn(engine: Engine, driver: SqlDriver, workspaceId: string): Promise<Catalog | PlinthError> {
  try {
    return await engine.catalogs.get(driver, workspaceId);
  } catch (error) {
    if (error instanceof PlinthError) return error;
    throw error;
  }
}

function end(io: SocketIo, { subscriptions }: SocketState, refusal: PlinthError): void {
  for (const { ref } of subscriptions) io.send(errorMessage(ref, refusal));
  io.close(CLOSE.ended, refusal.code);
}
