import { closeSync, mkdirSync, openSync } from "node:fs";
import { folderOf } from "./sqlite-driver.ts";

/**
 * Makes what is missing, for its owner alone: it holds hashes of passwords. SQLite gives the files that it keeps beside a
 * database the same mode. What is there already stays as it is.
 */
export function makeDatabaseFile(path: string): void {
  if (path === ":memory:" || path === "" || path.startsWith("file:")) return;
  const folder = folderOf(path);
  if (folder) mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    // Never opens a file that is there: closing it again would drop the locks that this process holds on it.
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EEXIST") throw error;
  }
}
