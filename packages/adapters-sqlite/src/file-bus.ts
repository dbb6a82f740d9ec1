/**
 * Wake-ups between processes that share one database file. SQLite tells nobody of a commit, but it counts them:
 * `pragma data_version` changes when another connection has written. So this bus carries no messages across, it only
 * wakes everybody who listens; within the process, messages go as they are.
 */
import type { Bus } from "@plinth/core";

export interface VersionReader {
  version(): number;
  close(): void;
}

const POLL_MS = 10;

export function sqliteFileBus(open: () => VersionReader, pollMs = POLL_MS): Bus {
  const topics = new Map<string, Set<(message: string) => void>>();
  let reader: VersionReader | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let last = 0;

  function start(): void {
    if (timer !== undefined) return;
    reader ??= open();
    last = reader.version();
    timer = setInterval(look, pollMs);
    // Listening is no reason for a process to stay.
    timer.unref?.();
  }

  function look(): void {
    let version: number;
    try {
      version = reader!.version();
    } catch {
      // Busy for a moment; the next look tells.
      return;
    }
    if (version === last) return;
    last = version;
    for (const listeners of topics.values()) for (const listener of listeners) listener("");
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    name: "sqlite-file",
    crossProcess: true,
    async publish(topic, message) {
      const listeners = topics.get(topic);
      if (!listeners) return;
      queueMicrotask(() => {
        for (const listener of listeners) listener(message);
      });
    },
    async subscribe(topic, listener) {
      const own = (message: string) => listener(message);
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(own));
      start();
      return () => {
        listeners.delete(own);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
        if (topics.size === 0) stop();
      };
    },
    async close() {
      stop();
      topics.clear();
      reader?.close();
      reader = undefined;
    },
  };
}
