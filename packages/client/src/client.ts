import { type Auth, createAuth } from "./auth/auth.ts";
import { type SessionKeeper, sessionKeeper } from "./auth/session-keeper.ts";
import { type Changes, changesOf } from "./changes/changes.ts";
import { eventsTransport } from "./events-transport.ts";
import { type Functions, functionsOf } from "./functions.ts";
import { type Graphql, graphqlOf } from "./graphql.ts";
import { type Batch, type BatchResults, runBatch } from "./items/batch.ts";
import { type Items, itemsOf } from "./items/items.ts";
import { requester, type WriteOptions } from "./items/request.ts";
import { requireKnown } from "./known-options.ts";
import { type Ask, type RequestContent, send, VIEW_AS } from "./request.ts";
import type { AnySchema, Slug } from "./schema/index.ts";
import { mixedTransport, socketTransport } from "./socket-transport.ts";
import type { Transport } from "./transport.ts";
import { CLIENT_OPTIONS, type ClientOptions, PlinthClientError } from "./types.ts";

export interface Client<S extends AnySchema = AnySchema> {
  /** As it was given. */
  readonly url: string;
  readonly workspace: string | undefined;
  /**
   * Signs users up, in and out, and keeps their session: what the client asks, it asks as its user.
   *
   * @example
   * await client.auth.password.signIn({ email, password });
   */
  readonly auth: Auth;
  /**
   * The items of a collection.
   *
   * @example
   * const film = await client.from("films").create({ title: "Ran", year: 1985 });
   */
  from<C extends Slug<S>>(slug: C): Items<S, C>;
  /**
   * Writes items of several collections in one transaction: all of them, or none. The results take the places of the
   * operations that the function returns.
   *
   * @example
   * const [account, transfer] = await client.batch((batch) => {
   *   const account = batch.from("accounts").create({ name: "Ann" });
   *   const transfer = batch.from("transfers").create({ to: account.ref("id"), amount: "5" });
   *   return [account, transfer] as const;
   * });
   */
  batch<const R>(build: (batch: Batch<S>) => R, options?: WriteOptions): Promise<BatchResults<R>>;
  /** Code of the workspace's own that runs in the server. */
  readonly functions: Functions;
  /**
   * Runs a document of GraphQL.
   *
   * @example
   * const { films } = await client.graphql<{ films: { title: string }[] }>("{ films(limit: 3) { title } }");
   */
  readonly graphql: Graphql;
  /** What was written, for administrators: takes it back. */
  readonly changes: Changes;
  /**
   * What somebody else would be answered, for administrators: `anonymous`, `role:NAME`, `user:ID`, `user:ID@ORGANIZATION`
   * or `key:ID`. The server refuses writes, and there are no streams.
   *
   * @example
   * const { data } = await client.viewAs("anonymous").from("films").list();
   */
  viewAs(principal: string): View<S>;
  /**
   * Any other request of the API, with the caller's credentials, once. Throws what the server refuses.
   *
   * @example
   * const { data } = await (await client.request("api/collections")).json();
   */
  request(path: string, content?: RequestContent & { readonly method?: string }): Promise<Response>;
}

/** A client that sees as somebody else. */
export type View<S extends AnySchema = AnySchema> = Pick<Client<S>, "url" | "workspace" | "from" | "request">;

/**
 * A client of one server. Works wherever there is `fetch`. `S` is the `Schema` that `plinth types` writes; without it, items
 * are JSON objects.
 *
 * @example
 * const client = createClient({ url: "https://api.example.com", key: "pk_live_…" });
 */
export function createClient<S extends AnySchema = AnySchema>(options: ClientOptions): Client<S> {
  requireKnown(options, CLIENT_OPTIONS, "createClient");
  requireUsable(options);
  const keeper = keepsSession(options) ? sessionKeeper(options) : undefined;
  const caller = keeper ? { ...options, tokens: keeper.tokens } : options;
  const transport = keeper ? checking(keeper, transportOf(caller)) : transportOf(caller);
  const ask = asking(caller, keeper);
  const request = requester(caller, ask);
  const view = viewOf<S>(options, caller, ask, transport);
  const auth = keeper && createAuth(options, keeper);
  return {
    get auth() {
      if (auth) return auth;
      throw new TypeError(
        "auth keeps a user's session itself: leave out operator, token and tokens, and give createClient a publishable key or none",
      );
    },
    ...view,
    viewAs: (principal) => viewOf(options, caller, viewing(ask, principal), withoutStreams),
    batch: (build, options) => runBatch(request, build as never, options),
    changes: changesOf(request),
    functions: functionsOf(view.request),
    graphql: graphqlOf(view.request),
  };
}

/** Reads and writes by these requests. */
function viewOf<S extends AnySchema>(
  { url, workspace }: ClientOptions,
  caller: ClientOptions,
  ask: Ask,
  transport: Transport,
): View<S> {
  const request = requester(caller, ask);
  // The same object each time: it may be compared, as React's dependencies are.
  const known = new Map<string, Items>();
  return {
    url,
    workspace,
    request: async (path, { method, ...content } = {}) => ask(apiPath(path), content, method),
    from(slug) {
      const items = known.get(slug) ?? itemsOf(slug, request, transport);
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(slug, items);
      return items as never;
    },
  };
}

function viewing(ask: Ask, principal: string): Ask {
  return (path, content, method) =>
    ask(path, { ...content, headers: { ...content.headers, [VIEW_AS]: principal } }, method);
}

/** A stream would show what its caller may see itself. */
function withoutStreams(): never {
  throw new TypeError("viewAs: lists and items can be read as somebody else, streams and live queries cannot");
}

/** More collections than a program knows are texts of its users. */
const MOST_KNOWN = 1000;

/** What else would only fail later, as a server that cannot be reached. */
function requireUsable({ url, key }: ClientOptions): void {
  if (typeof url !== "string" || !/^https?:\/\/./i.test(url))
    throw new TypeError(
      `createClient: url must be an address such as https://api.example.com, got ${String(url).slice(0, 100)}`,
    );
  // The key itself is not shown.
  if (key !== undefined && !/^[!-~]+$/.test(key))
    throw new TypeError("createClient: key must be a text of printable ASCII characters without spaces");
}

/** Other callers bring their own: a token, or a key that acts for itself. */
function keepsSession({ key = "", token, tokens, operator }: ClientOptions): boolean {
  return token === undefined && tokens === undefined && !operator && !/^[sr]k_/.test(key);
}

/** The credentials go to the server's API alone. */
function apiPath(path: string): string {
  const relative = path.replace(/^\//, "");
  if (relative.startsWith("api/")) return relative;
  throw new TypeError(`request: the path must begin with api/, got ${path.slice(0, 100)}`);
}

/** A refused request may mean that the session has ended. */
function asking(caller: ClientOptions, keeper: SessionKeeper | undefined): Ask {
  return async (path, content, method) => {
    try {
      return await send(caller, path, content, method);
    } catch (error) {
      if (error instanceof PlinthClientError && error.status === 401) await keeper?.check();
      throw error;
    }
  };
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
