/** Wake-ups by Postgres' LISTEN and NOTIFY. Not through PgBouncer in transaction mode, which forgets who listens. */
import { type Bus, DataError } from "@plinth/core";
import { mapPgError } from "./pg-errors.ts";
import { openPostgresClient, type PostgresClient } from "./postgres-client.ts";

export interface NotifyBusOptions {
  url: string;
  /** Databases of one server are apart; within one database, so are channels. */
  channel?: string;
}

/** NOTIFY takes less than 8000 bytes. */
const MAX_BYTES = 7900;
const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5000;
/**
 * A subscription does not wait longer for a database that is away; it is heard again when that is back. A connection
 * that keeps a wake-up for longer is one whose other end is gone without a word, and is opened anew.
 */
const PATIENCE_MS = 5000;

/**
 * A bus on a connection of its own, which is opened with the first use and anew whenever it is lost.
 *
 * @example
 * const bus = notifyBus({ url: "postgres://plinth@localhost/plinth" });
 */
export function notifyBus(options: NotifyBusOptions): Bus {
  const { url, channel = "plinth" } = options;
  const topics = new Map<string, Set<(message: string) => void>>();
  let connection: Connection | undefined;
  let closed = false;
  let pause = MIN_PAUSE_MS;

  interface Connection {
    client: PostgresClient;
    listening: Promise<void>;
  }

  function connect(): Connection {
    const made = {} as Connection;
    made.client = openPostgresClient({
      url,
      onnotify: hear,
      onclose: () => {
        if (connection === made) renew(made);
      },
    });
    made.listening = made.client.unsafe(`listen "${channel.replaceAll('"', '""')}"`).then(
      () => {
        pause = MIN_PAUSE_MS;
      },
      (error: unknown) => {
        if (connection === made) renew(made);
        throw error;
      },
    );
    made.listening.catch(() => {});
    connection = made;
    return made;
  }

  /** What was told in between is lost, so everybody takes a look once the connection is back. */
  function renew(lost: Connection): void {
    connection = undefined;
    void lost.client.end({ timeout: 0 }).catch(() => {});
    if (closed || topics.size === 0) return;
    const timer = setTimeout(() => {
      if (closed || connection || topics.size === 0) return;
      connect().listening.then(wakeAll, () => {});
    }, pause);
    (timer as { unref?(): void }).unref?.();
    pause = Math.min(MAX_PAUSE_MS, pause * 2);
  }

  function hear(_channel: string, payload: string): void {
    const [topic, message] = JSON.parse(payload) as [string, string];
    for (const listener of topics.get(topic) ?? []) listener(message);
  }

  function wakeAll(): void {
    for (const listeners of topics.values()) for (const listener of listeners) listener("");
  }

  return {
    name: "postgres-notify",
    crossProcess: true,
    async publish(topic, message) {
      if (closed) throw new DataError("unavailable", { message: "the bus is closed" });
      const payload = JSON.stringify([topic, message]);
      if (new TextEncoder().encode(payload).length > MAX_BYTES) {
        throw new DataError("too_large", { message: "a wake-up holds less than 8000 bytes" });
      }
      const used = connection ?? connect();
      const sent = used.client.unsafe("select pg_notify($1, $2)", [channel, payload]);
      try {
        if (await endsIn(sent, PATIENCE_MS)) return;
      } catch (error) {
        throw mapPgError(error);
      }
      if (connection === used) renew(used);
      throw new DataError("unavailable", { message: "Postgres did not take the message" });
    },
    async subscribe(topic, listener) {
      // A wrapper, so that the same function may listen twice and end once.
      const own = (message: string) => listener(message);
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(own));
      const { listening } = connection ?? connect();
      await endsIn(listening, PATIENCE_MS).catch(() => {});
      return () => {
        listeners.delete(own);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
    async close() {
      closed = true;
      topics.clear();
      const { client } = connection ?? {};
      connection = undefined;
      await client?.end({ timeout: 1 });
    },
  };
}

/** False where the work takes longer; what becomes of it then is nobody's concern. */
async function endsIn(work: PromiseLike<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer));
}
