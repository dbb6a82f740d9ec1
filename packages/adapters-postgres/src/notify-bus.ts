/** Wake-ups by Postgres' LISTEN and NOTIFY. Not through PgBouncer in transaction mode, which drops LISTEN. */
import { type Bus, BusTopics, DataError } from "@plinth/core";
import { mapPgError } from "./pg-errors.ts";
import { openPostgresClient, type PostgresClient } from "./postgres-client.ts";

export interface NotifyBusOptions {
  url: string;
  /** Databases of one server are separate; within one database, so are channels. */
  channel?: string;
}

/** NOTIFY accepts less than 8000 bytes. */
const MAX_BYTES = 7900;
const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5000;
/**
 * A subscription waits no longer for an unreachable database; it becomes active when the database is back. A connection
 * that delays a wake-up for longer is dead, and is opened again.
 */
const PATIENCE_MS = 5000;

/**
 * A bus with its own connection, which is opened on first use and again whenever it is lost.
 *
 * @example
 * const bus = notifyBus({ url: "postgres://plinth@localhost/plinth" });
 */
export function notifyBus(options: NotifyBusOptions): Bus {
  const { url, channel = "plinth" } = options;
  const topics = new BusTopics();
  let connection: Connection | undefined;
  let closed = false;
  let pause = MIN_PAUSE_MS;
  /** Limits the attempts to connect to an unreachable database. */
  let notBefore = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** A connection was lost, and with it its notifications. */
  let lost = false;

  interface Connection {
    client: PostgresClient;
    listening: Promise<void>;
  }

  function connect(): Connection {
    const made = {} as Connection;
    made.client = openPostgresClient({ url, onnotify: hear, onclose: () => renew(made) });
    made.listening = made.client.unsafe(`listen "${channel.replaceAll('"', '""')}"`).then(
      () => {
        pause = MIN_PAUSE_MS;
        if (lost) topics.wakeAll();
        lost = false;
      },
      (error: unknown) => {
        renew(made);
        throw error;
      },
    );
    made.listening.catch(() => {});
    connection = made;
    return made;
  }

  function renew(gone: Connection): void {
    if (connection !== gone) return;
    connection = undefined;
    lost = true;
    void gone.client.end({ timeout: 0 }).catch(() => {});
    notBefore = performance.now() + pause;
    pause = Math.min(MAX_PAUSE_MS, pause * 2);
    connectLater();
  }

  /** For listeners; a publisher connects by itself. */
  function connectLater(): void {
    if (closed || topics.size === 0 || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      if (!closed && !connection && topics.size > 0) connect();
    }, notBefore - performance.now());
    (timer as { unref?(): void }).unref?.();
  }

  function hear(_channel: string, payload: string): void {
    const [topic, message] = JSON.parse(payload) as [string, string];
    topics.dispatch(topic, message);
  }

  return {
    name: "postgres-notify",
    crossProcess: true,
    async publish(topic, message) {
      if (closed) throw new DataError("unavailable", { message: "the bus is closed" });
      const payload = JSON.stringify([topic, message]);
      if (new TextEncoder().encode(payload).length > MAX_BYTES) {
        throw new DataError("too_large", { message: "a wake-up must have less than 8000 bytes" });
      }
      if (!connection && performance.now() < notBefore) {
        throw new DataError("unavailable", { message: "the bus has lost its connection" });
      }
      const used = connection ?? connect();
      const sent = used.client.unsafe("select pg_notify($1, $2)", [channel, payload]);
      try {
        if (await endsIn(sent, PATIENCE_MS)) return;
      } catch (error) {
        throw mapPgError(error);
      }
      renew(used);
      throw new DataError("unavailable", { message: "Postgres refused the message" });
    },
    async subscribe(topic, listener) {
      const end = topics.add(topic, listener);
      if (!connection && performance.now() < notBefore) connectLater();
      else await endsIn((connection ?? connect()).listening, PATIENCE_MS).catch(() => {});
      return end;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      topics.clear();
      const { client } = connection ?? {};
      connection = undefined;
      await client?.end({ timeout: 1 });
    },
  };
}

/** False where the work takes longer; its result is then ignored. */
async function endsIn(work: PromiseLike<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer));
}
