/**
 * Wake-ups between processes that share one database file. SQLite reports no commits, but it counts them: `pragma
 * data_version` changes when another connection has written. So this bus sends no messages to other processes, it only
 * wakes all listeners; within the process, messages are delivered.
 */
import { type Bus, BusTopics } from "@plinth/core";

export interface VersionReader {
  version(): number;
  close(): void;
}

const POLL_MS = 10;

export function sqliteFileBus(open: () => VersionReader, pollMs = POLL_MS): Bus {
  const topics = new BusTopics();
  let reader: VersionReader | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let last = 0;

  function start(): void {
    if (timer !== undefined) return;
    reader ??= open();
    last = reader.version();
    timer = setInterval(look, pollMs);
    // Listening must not keep a process alive.
    timer.unref?.();
  }

  function look(): void {
    let version: number;
    try {
      version = reader!.version();
    } catch {
      // Busy for a moment; the next poll finds it.
      return;
    }
    if (version === last) return;
    last = version;
    topics.wakeAll();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    name: "sqlite-file",
    crossProcess: true,
    async publish(topic, message) {
      queueMicrotask(() => topics.dispatch(topic, message));
    },
    async subscribe(topic, listener) {
      const end = topics.add(topic, listener);
      start();
      return () => {
        end();
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
