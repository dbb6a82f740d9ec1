/**
 * Bounds the memory of large reads. All connections send their rows to one thread, so many large results that arrive at
 * once are all there in part, and none is done sooner. A statement whose rows took much the last time waits until no
 * other one of its caller is read, and few of all callers.
 */
import { DataError, rowBytes, type SqlQuery, type SqlRow } from "@plinth/core";

const LARGE_BYTES = 1024 * 1024;
const MOST_AT_ONCE = 2;
const MAX_STATEMENTS = 1000;

export interface LargeReads {
  run(query: SqlQuery, read: () => Promise<SqlRow[]>): Promise<SqlRow[]>;
}

interface WaitingRead {
  readonly caller: string | undefined;
  start(): void;
}

/** A read waits for at most `timeLimitMs`. */
export function largeReads(timeLimitMs: number | undefined): LargeReads {
  const large = new Set<string>();
  const running: WaitingRead["caller"][] = [];
  const waiting: WaitingRead[] = [];

  async function run({ sql }: SqlQuery, read: () => Promise<SqlRow[]>): Promise<SqlRow[]> {
    try {
      const rows = await read();
      if (isLarge(rows)) remember(sql);
      else large.delete(sql);
      return rows;
    } catch (error) {
      if (error instanceof DataError && error.kind === "too_many_bytes") remember(sql);
      throw error;
    }
  }

  function remember(sql: string): void {
    if (large.size >= MAX_STATEMENTS) large.clear();
    large.add(sql);
  }

  function mayStart({ caller }: WaitingRead): boolean {
    return running.length < MOST_AT_ONCE && (caller === undefined || !running.includes(caller));
  }

  function enter(caller: WaitingRead["caller"]): Promise<void> {
    return new Promise((resolve, reject) => {
      const one: WaitingRead = {
        caller,
        start() {
          clearTimeout(timer);
          running.push(caller);
          resolve();
        },
      };
      let timer: ReturnType<typeof setTimeout> | undefined;
      if (mayStart(one)) return one.start();
      waiting.push(one);
      const message = "other large reads took the whole time limit";
      const expire = (): void => {
        waiting.splice(waiting.indexOf(one), 1);
        reject(new DataError("timeout", { message }));
      };
      if (timeLimitMs !== undefined) timer = setTimeout(expire, timeLimitMs);
    });
  }

  function leave(caller: WaitingRead["caller"]): void {
    running.splice(running.indexOf(caller), 1);
    const next = waiting.findIndex(mayStart);
    if (next >= 0) waiting.splice(next, 1)[0]!.start();
  }

  return {
    async run(query, read) {
      if (query.maxBytes === undefined) return read();
      if (!large.has(query.sql)) return run(query, read);
      await enter(query.caller);
      try {
        return await run(query, read);
      } finally {
        leave(query.caller);
      }
    },
  };
}

function isLarge(rows: readonly SqlRow[]): boolean {
  let bytes = 0;
  for (const row of rows) {
    bytes += rowBytes(row);
    if (bytes > LARGE_BYTES) return true;
  }
  return false;
}
