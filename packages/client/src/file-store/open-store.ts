import { applyTo, type Entries, type OpenStore } from "../sync/store.ts";
import { lockFile } from "./lock-file.ts";
import { type LogFile, openLog, replaceLog, type Transaction } from "./log-file.ts";

/** A file is written anew when it is this much larger than it was. */
const MIN_GROWTH = 1_000_000;

interface Waiting {
  readonly changes: Transaction;
  resolve(): void;
  reject(error: unknown): void;
}

/** What is still to be closed: another opening waits for it. */
const closing = new Map<string, Promise<void>>();

/** @param path Of its files, without their endings. */
export async function openFolder(path: string): Promise<OpenStore> {
  await closing.get(path);
  const lock = await lockFile(`${path}.lock`);
  const file = `${path}.log`;
  const entries: Entries = new Map();
  let log: LogFile;
  try {
    log = await openLog(file, (transaction) => applyTo(entries, transaction));
  } catch (error) {
    await lock.release();
    throw error;
  }
  let compactAt = 2 * log.size + MIN_GROWTH;
  let waiting: Waiting[] = [];
  let closed = false;
  /** One thing after the other. */
  let turn: Promise<unknown> = Promise.resolve();
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };

  const replaceBy = async (kept: Entries): Promise<void> => {
    const old = log;
    log = await replaceLog(file, [...kept.values()]);
    compactAt = 2 * log.size + MIN_GROWTH;
    // Nobody finds the old file any more: what fails here has lost nothing.
    await old.close().catch(() => undefined);
  };

  /** Writes that came while another was stored are stored together. */
  const store = async (): Promise<void> => {
    const all = waiting;
    waiting = [];
    if (all.length === 0) return;
    try {
      await lock.require();
      await log.append(all.map(({ changes }) => changes));
    } catch (error) {
      for (const { reject } of all) reject(error);
      return;
    }
    for (const { changes, resolve } of all) {
      applyTo(entries, changes);
      resolve();
    }
    // Without room for a new file, the old one goes on.
    if (log.size > compactAt) await replaceBy(entries).catch(() => (compactAt = 2 * log.size));
  };

  const requireOpen = (): void => {
    if (closed) throw new TypeError("fileStore: the store was closed");
  };

  return {
    read: () => next(async () => [...entries.values()]),
    async write(changes) {
      requireOpen();
      const stored = new Promise<void>((resolve, reject) => waiting.push({ changes, resolve, reject }));
      void next(store);
      return stored;
    },
    async clear() {
      requireOpen();
      await next(async () => {
        await lock.require();
        await replaceBy(new Map());
        entries.clear();
      });
    },
    close() {
      if (closed) return;
      closed = true;
      const done = next(async () => {
        await log.close();
        await lock.release();
      });
      closing.set(
        path,
        done.catch(() => undefined).then(() => void closing.delete(path)),
      );
    },
  };
}
