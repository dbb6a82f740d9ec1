import type { JsonObject } from "@plinth/core";
import { type Auth, createAuth } from "./auth/auth.ts";
import { type SessionKeeper, sessionKeeper } from "./auth/session-keeper.ts";
import { eventsTransport } from "./events-transport.ts";
import { followItems, type ItemHandler, type ItemOptions } from "./items.ts";
import { requireKnown } from "./known-options.ts";
import { followLive, type LiveHandler, type LiveQuery } from "./live.ts";
import { mixedTransport, socketTransport } from "./socket-transport.ts";
import type { Transport } from "./transport.ts";
import { CLIENT_OPTIONS, type ClientOptions, PlinthClientError, type Subscription, type Watcher } from "./types.ts";

export interface Client {
  /**
   * Signs users up, in and out, and keeps their session: what the client asks, it asks as its user.
   *
   * @example
   * await client.auth.password.signIn({ email, password });
   */
  readonly auth: Auth;
  /**
   * Follows the changes of a collection's items, as the caller may see them. No event is lost or repeated, however
   * often the connection breaks.
   *
   * @example
   * const stop = client.subscribe("orders", { filter: { status: "open" } }, (event) => console.log(event.event,
   * event.id));
   * stop.close();
   */
  subscribe<T = JsonObject>(slug: string, options: ItemOptions, handler: ItemHandler<T>): Subscription;
  /**
   * Keeps a query's result current. The handler gets the whole result each time, and its changes.
   *
   * @example
   * client.live({ collection: "tasks", filter: { done: false }, sort: "rank", limit: 20 }, (rows) => draw(rows));
   */
  live<T = JsonObject>(query: LiveQuery, handler: LiveHandler<T>, watcher?: Watcher): Subscription;
}

/**
 * A client of one server. Works wherever there is `fetch`.
 *
 * @example
 * const client = createClient({ url: "https://api.example.com", key: "pk_live_…" });
 */
export function createClient(options: ClientOptions): Client {
  requireKnown(options, CLIENT_OPTIONS, "createClient");
  const keeper = keepsSession(options) ? sessionKeeper(options) : undefined;
  const transport = keeper
    ? checking(keeper, transportOf({ ...options, tokens: keeper.tokens }))
    : transportOf(options);
  const auth = keeper && createAuth(options, keeper);
  return {
    get auth() {
      if (auth) return auth;
      throw new TypeError(
        "auth keeps a user's session itself: leave out token and tokens, and give createClient a publishable key or none",
      );
    },
    subscribe: (slug, how, handler) => followItems(transport, slug, how, handler),
    live: (query, handler, watcher = {}) => followLive(transport, query, handler, watcher),
  };
}

/** Other callers bring their own: a token, or a key that acts for itself. */
function keepsSession({ key = "", token, tokens }: ClientOptions): boolean {
  return token === undefined && tokens === undefined && !/^[sr]k_/.test(key);
}

/** A stream of a user ends with the session. */
function checking(keeper: SessionKeeper, transport: Transport): Transport {
  return (stream) => {
    const connection = transport(stream);
    return {
      ...connection,
      connect: (sink, signal) =>
        connection.connect(sink, signal).catch(async (error: unknown) => {
          if (error instanceof PlinthClientError && error.status === 401) await keeper.check();
          throw error;
        }),
    };
  };
}

function transportOf(options: ClientOptions): Transport {
  const { transport = "auto" } = options;
  const events = eventsTransport(options);
  if (transport === "sse") return events;
  const socket = socketTransport(options, events);
  return transport === "websocket" ? socket : mixedTransport(events, socket);
}
