/**
 * Gives the room of deleted rows back to the disk, where much of the file is free. SQLite itself would keep it for
 * later rows. Only in files that were created with `auto_vacuum = incremental`.
 */
import { DataError, type SqlQuery } from "@plinth/core";
import { isFile } from "./database-path.ts";

export interface SpaceReturn {
  /** Called with all that is written. */
  writes(queries: readonly SqlQuery[]): void;
  stop(): void;
}

interface Pages {
  readonly all: number;
  readonly free: number;
}

const DELETES = /^\s*delete\b/i;
/** After deletions, which often come one after another. */
const LOOK_MS = 1000;
const PAUSE_MS = 20;
const AGAIN_MS = 2000;
/** Moved at once: a few milliseconds. */
const SLICE = 100;
/** Less is left for the next rows, 8 MB with SQLite's usual pages. */
const MIN_FREE = 2048;
const SHARE_TO_BEGIN = 1 / 4;
const SHARE_TO_LEAVE = 1 / 16;

interface SpaceOptions {
  /** Undefined where the file cannot shrink. */
  pages(): Pages | undefined;
  vacuum(count: number): unknown;
  /** Empties SQLite's log. */
  checkpoint(): void;
}

export function spaceReturn(path: string, { pages, vacuum, checkpoint }: SpaceOptions): SpaceReturn {
  const shrinks = isFile(path);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function later(ms: number, work: () => void): void {
    timer = setTimeout(() => {
      timer = undefined;
      try {
        work();
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        // Another process is writing, or the log does not fit on a full disk.
        later(AGAIN_MS, again);
      }
    }, ms);
    timer.unref?.();
  }

  function again(): void {
    checkpoint();
    look();
  }

  function look(): void {
    const found = pages();
    if (found && found.free > Math.max(MIN_FREE, found.all * SHARE_TO_BEGIN)) slice();
  }

  function slice(): void {
    const found = pages();
    if (!found || found.free <= found.all * SHARE_TO_LEAVE) return;
    vacuum(SLICE);
    later(PAUSE_MS, slice);
  }

  return {
    writes(queries) {
      if (shrinks && timer === undefined && queries.some(({ sql }) => DELETES.test(sql))) later(LOOK_MS, look);
    },
    stop: () => clearTimeout(timer),
  };
}
