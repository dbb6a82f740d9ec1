/** Wake-ups by Redis' PUBLISH and SUBSCRIBE, by the `ioredis` package. */
import { type Bus, BusTopics, DataError } from "@plinth/core";
import { Redis, type RedisOptions } from "ioredis";

export interface RedisBusOptions {
  /** `redis://user:password@host:6379` or `rediss://…`. */
  url: string;
  /** Added before each topic, so that several installations can share a server. */
  prefix?: string;
}

const MAX_PAUSE_MS = 5000;
/** A subscription waits no longer for an unreachable server; it becomes active when the server is back. */
const PATIENCE_MS = 5000;

/**
 * @example
 * const bus = redisBus({ url: "redis://localhost:6379" });
 */
export function redisBus(options: RedisBusOptions): Bus {
  const { url, prefix = "plinth:" } = options;
  const topics = new BusTopics();
  const connect = (more: RedisOptions): Redis => {
    const client = new Redis(url, {
      lazyConnect: true,
      retryStrategy: (attempt) => Math.min(MAX_PAUSE_MS, 100 * 2 ** Math.min(attempt, 6)),
      ...more,
    });
    // The failing calls report it; without a listener it would end the process.
    client.on("error", () => {});
    return client;
  };
  // A connection that subscribes can do nothing else.
  const sender = connect({ maxRetriesPerRequest: 1, enableOfflineQueue: true, commandTimeout: PATIENCE_MS });
  const hearer = connect({ maxRetriesPerRequest: null, autoResubscribe: true });

  hearer.on("message", (channel: string, message: string) => {
    topics.dispatch(channel.slice(prefix.length), message);
  });
  let missed = false;
  hearer.on("close", () => {
    missed = true;
  });
  hearer.on("ready", () => {
    // Messages sent without a connection are lost, so every listener checks for changes.
    if (missed) topics.wakeAll();
    missed = false;
  });

  return {
    name: "redis",
    crossProcess: true,
    async publish(topic, message) {
      try {
        await sender.publish(prefix + topic, message);
      } catch (error) {
        throw new DataError("unavailable", { message: "Redis refused the message", cause: error });
      }
    },
    async subscribe(topic, listener) {
      const end = topics.add(topic, listener);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, PATIENCE_MS);
      });
      const subscribed = hearer.subscribe(prefix + topic);
      try {
        await Promise.race([subscribed, late]);
        subscribed.catch(() => {});
      } catch (error) {
        end();
        throw new DataError("unavailable", { message: "Redis refused the subscription", cause: error });
      } finally {
        clearTimeout(timer);
      }
      return () => {
        if (end()) void hearer.unsubscribe(prefix + topic).catch(() => {});
      };
    },
    async close() {
      topics.clear();
      sender.disconnect();
      hearer.disconnect();
    },
  };
}
