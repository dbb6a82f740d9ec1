import type { JsonObject } from "@plinth/core";
import type { Auth } from "../auth/auth.ts";
import type { Client } from "../client.ts";
import { requireKnown } from "../known-options.ts";
import type { AnySchema, Held, Shapes, ShapesOf } from "../schema/index.ts";
import type { FilterContext } from "./filter.ts";
import { newItemId } from "./ids.ts";
import { compileQuery } from "./query.ts";
import type { QueuedOperation } from "./queue.ts";
import { openSession, type SyncSession } from "./session.ts";
import { statusOf } from "./status.ts";
import { memoryStore } from "./store.ts";
import { syncTransport } from "./transport.ts";
import { SYNC_OPTIONS, type Sync, type SyncBatch, type SyncOptions, type SyncStatus } from "./types.ts";
import { createWatches } from "./watches.ts";

/** Who syncs where nobody is signed in. */
const NOBODY = "";

/**
 * Keeps a part of the server's data on this device, up to date while there is a connection. Reads and writes need none:
 * writes are shown at once, and sent when the server can be reached.
 *
 * @example
 * const db = sync(client, { shapes: { tasks: { filter: { done: false } } }, store: indexedDbStore() });
 * db.watch("tasks", { sort: "rank" }, (tasks) => draw(tasks));
 * await db.create("tasks", { title: "Milk" });
 */
export function sync<S extends AnySchema, const Sh extends ShapesOf<S>>(
  client: Client<S>,
  options: SyncOptions<S, Sh>,
): Sync<S, Held<S, Sh>> {
  requireKnown(options, SYNC_OPTIONS, "sync");
  const { store = memoryStore(), onConflict = "merge" } = options;
  const shapes: Shapes = options.shapes as object as Shapes;
  const auth = authOf(client);
  if (!auth && options.user === undefined && store.durable) {
    throw new TypeError(
      "sync: this client does not know its user; say in `user` whose data it is, such as the user's id",
    );
  }
  const watches = createWatches((collection) => session?.replicator.replica.allShown(collection) ?? []);
  const handlers = new Set<(status: SyncStatus) => void>();
  let user: string | undefined;
  /** That of the user who is signed in, once it is open. */
  let session: SyncSession | undefined;
  /** The one that has to be closed before another is opened. */
  let current: SyncSession | undefined;
  let failure: Error | undefined;
  let closed = false;
  let told = "";
  let turn: Promise<void> = Promise.resolve();

  const tell = (): void => {
    const status = statusOf(session, failure);
    const text = JSON.stringify({ ...status, error: status.error?.message });
    if (text === told) return;
    told = text;
    for (const handler of handlers) queueMicrotask(() => handlers.has(handler) && handler(status));
  };

  /** One user's replica is closed, and forgotten here, before another's is opened. */
  const switchTo = async (next: string): Promise<void> => {
    if (closed) return;
    if (next === user) {
      session?.retryNow();
      return;
    }
    hide();
    user = next;
    await current?.close();
    current = undefined;
    try {
      current = await openSession({
        name: ["plinth", client.url, client.workspace ?? "", next].map(encodeURIComponent).join(" "),
        store,
        shapes,
        transport: syncTransport(client),
        onConflict,
        onChange: (changed) => {
          if (user === next && session) watches.update(changed);
          tell();
        },
        onStatus: tell,
      });
      session = current;
      failure = undefined;
    } catch (error) {
      failure = error as Error;
    }
    watches.update();
    tell();
  };

  const hide = (): void => {
    session = undefined;
    watches.update();
    tell();
  };

  const enter = (next: string): Promise<void> => {
    // At once: what a user sees must not outlive the session.
    if (next !== user) hide();
    turn = turn.then(() => switchTo(next));
    return turn;
  };

  let entered: () => void = () => undefined;
  const known = auth ? new Promise<void>((resolve) => (entered = resolve)) : enter(options.user ?? NOBODY);
  const forget = auth?.onAuthChange((_, found) => {
    void enter(found?.user.id ?? NOBODY).then(entered);
  });

  const opened = async (): Promise<SyncSession> => {
    await known;
    await turn;
    if (session) return session;
    throw failure ?? new TypeError("sync: it was closed");
  };
  const ready = opened().then(() => undefined);
  ready.catch(() => undefined);

  const write = async (operations: readonly QueuedOperation[]): Promise<void> => {
    if (operations.length === 0) return;
    // Not later than now, if it can be: the caller expects to see it.
    const own = session ?? (await opened());
    await own.replicator.write(operations);
    own.push();
  };

  const queued = (): number => session?.replicator.replica.writeCounts.queued ?? 0;
  const contextOf = (collection: string): FilterContext => ({
    user: () => user || null,
    now: Date.now,
    decimals: decimalsOf(shapes, collection),
  });

  const result: Sync = {
    ready,
    get status() {
      return statusOf(session, failure);
    },
    get: (collection, id) => session?.replicator.replica.shown(collection, id),
    query: (collection, query = {}) =>
      compileQuery(query, contextOf(collection)).run(session?.replicator.replica.allShown(collection) ?? []),
    watch: (collection, query, handler) => watches.add(collection, compileQuery(query, contextOf(collection)), handler),
    async create(collection, data) {
      const operation = creation(collection, data);
      await write([operation]);
      return operation.id;
    },
    update: (collection, id, data) => write([{ op: "update", collection, id, data: copied(data) }]),
    delete: (collection, id) => write([{ op: "delete", collection, id }]),
    batch(build) {
      const operations: QueuedOperation[] = [];
      build(collecting(operations));
      return write(operations);
    },
    async flush() {
      await opened();
      if (queued() === 0) return;
      await new Promise<void>((resolve) => {
        const stop = result.onStatus(() => {
          if (queued() > 0) return;
          stop();
          resolve();
        });
      });
    },
    failed: () =>
      (session?.replicator.replica.writes() ?? []).flatMap(({ key, at, operations, error }) =>
        error ? [{ id: key, at, operations, error }] : [],
      ),
    async retry(id) {
      const own = await opened();
      await own.replicator.retry(id);
      own.push();
    },
    async drop(id) {
      const own = await opened();
      await own.replicator.drop(id);
      own.push();
    },
    onStatus(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    retryNow: () => session?.retryNow(),
    clear: async () => (await opened()).clear(),
    async close() {
      closed = true;
      forget?.();
      watches.clear();
      handlers.clear();
      await turn;
      session = undefined;
      await current?.close();
    },
  };
  return result as unknown as Sync<S, Held<S, Sh>>;
}

/** Undefined: the client has a token or a key in place of a session. */
function authOf(client: Pick<Client, "auth">): Auth | undefined {
  try {
    return client.auth;
  } catch {
    return undefined;
  }
}

function decimalsOf(shapes: Shapes, collection: string): ReadonlySet<string> {
  const own = Object.entries(shapes).filter(([name, shape]) => (shape.collection ?? name) === collection);
  return new Set(own.flatMap(([, { decimals = [] }]) => decimals));
}

function creation(collection: string, data: JsonObject): QueuedOperation {
  const id = typeof data.id === "string" ? data.id : newItemId(Date.now());
  return { op: "create", collection, id, data: copied({ ...data, id }) };
}

function collecting(operations: QueuedOperation[]): SyncBatch {
  return {
    create(collection, data) {
      const operation = creation(collection, data);
      operations.push(operation);
      return operation.id;
    },
    update: (collection, id, data) => void operations.push({ op: "update", collection, id, data: copied(data) }),
    delete: (collection, id) => void operations.push({ op: "delete", collection, id }),
  };
}

/** As it will be sent: an app may go on changing its object. */
function copied(data: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(data)) as JsonObject;
}
