/**
 * Notices that the files of an open database were deleted, moved or replaced. SQLite does not: it goes on with the open
 * files, which no longer have a name, and what it writes is gone with the process.
 */
import { statSync } from "node:fs";
import { DataError } from "@plinth/core";
import { isFile } from "./database-path.ts";

export interface FileWatch {
  /** Throws if the files were gone when last looked at. */
  require(): void;
  /** Looks now, and throws if they are gone. */
  check(): void;
  stop(): void;
}

const LOOK_MS = 500;
/** Without its log, or its index, a database is not the same one. They are there as long as it is open. */
const PARTS = ["", "-wal", "-shm"];

export function watchFiles(path: string): FileWatch {
  if (!isFile(path)) return { require() {}, check() {}, stop() {} };
  const files = PARTS.map((part) => path + part);
  let known: (string | undefined)[] = files.map(identityOf);
  let gone: string | undefined;

  function look(): void {
    const found = files.map(identityOf);
    // The log appears with the first statement.
    known = known.map((one, i) => one ?? found[i]);
    gone = files.find((_, i) => known[i] !== found[i]);
  }

  function require(): void {
    if (gone === undefined) return;
    const message = `${gone} was deleted, moved or replaced while it was open; restore it and start the server again`;
    throw new DataError("unavailable", { message });
  }

  const timer = setInterval(look, LOOK_MS);
  timer.unref?.();
  return {
    require,
    check() {
      look();
      require();
    },
    stop: () => clearInterval(timer),
  };
}

/** Undefined where there is no such file, or none that can be seen. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
