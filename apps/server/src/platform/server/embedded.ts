import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Config, DataError, ping, type SqlDriver } from "@plinth/core";
import { type DatabaseTarget, embeddedUrl } from "../../database-url.ts";

/** Opens a database on this machine's disk; an error about its path names the setting. */
export async function openEmbedded(
  config: Config,
  target: DatabaseTarget,
  open: () => SqlDriver | Promise<SqlDriver>,
): Promise<SqlDriver> {
  if (target.location === ":memory:") return open();
  checkFolder(config, target);
  try {
    const driver = await open();
    // Some drivers connect with their first statement.
    await ping(driver);
    return driver;
  } catch (error) {
    // An error without a cause is not the engine's, and its message is complete.
    if (error instanceof DataError && error.cause === undefined) throw error;
    throw wrong(config, target, reasonOf(target, error));
  }
}

function checkFolder(config: Config, target: DatabaseTarget): void {
  const { form, location: path } = target;
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isFile()) {
    throw wrong(config, target, `${folder} must be a folder, but it is a file`);
  }
  try {
    // It contains password hashes.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw wrong(config, target, `the folder ${folder} cannot be created: ${messageOf(error)}`);
  }
  const there = statSync(path, { throwIfNoEntry: false });
  const { is: wanted } = form.embedded!;
  const found = there?.isFile() ? "file" : there?.isDirectory() ? "folder" : wanted;
  if (found !== wanted) throw wrong(config, target, `it must name a ${wanted}, but ${path} is a ${found}`);
}

function reasonOf({ form, location: path }: DatabaseTarget, error: unknown): string {
  const message = messageOf(error);
  const { foreign } = form.embedded!;
  if (foreign?.message.test(message)) {
    return `${path} is not ${foreign.expected}, or is damaged; use another file, or restore this one from a backup`;
  }
  return `${path} cannot be opened (${message}); it must be a database that this user may read and write, in a folder that this user may write`;
}

function wrong({ dataDir, databaseUrl }: Config, { form, location }: DatabaseTarget, reason: string): Error {
  const byDefault = embeddedUrl(form, dataDir) === `${form.schemes[0]}://${location}`;
  return new Error(`${byDefault ? `DATA_DIR is "${dataDir}"` : `DATABASE_URL is "${databaseUrl}"`}; ${reason}.`);
}

/** The engine's own message, on one line. */
function messageOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  return String((cause as Error | undefined)?.message ?? cause).replaceAll(/\s+/g, " ");
}
