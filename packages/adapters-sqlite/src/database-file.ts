import { closeSync, mkdirSync, openSync } from "node:fs";
import { folderOf, isFile } from "./database-path.ts";

/**
 * Creates missing files, only for their owner: they contain password hashes. SQLite gives its files beside a database
 * the same mode. Existing ones stay unchanged.
 */
export function makeDatabaseFile(path: string): void {
  if (!isFile(path)) return;
  const folder = folderOf(path);
  if (folder) mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    // Never opens an existing file: closing it again would drop this process's locks on it.
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EEXIST") throw error;
  }
}
