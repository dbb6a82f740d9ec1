import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { toHex } from "@plinth/core";

/** Its name in `DATA_DIR`. */
export const SECRET_FILE = "secret";

/** The root secret beside the embedded database: created at the first start, and reused at every later one. */
export function keptSecret(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const path = join(dataDir, SECRET_FILE);
    return kept(path) ?? create(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Error(
      `DATA_DIR is "${dataDir}"; it must be a folder that this user may read and write, or a new one: ${message}.`,
    );
  }
}

/** Undefined: there is none. */
export function readSecret(path: string): string | undefined {
  let secret: string;
  try {
    secret = readFileSync(path, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (secret.length < 32) {
    throw new Error(
      `${path} does not hold a secret of at least 32 characters; restore the file, or delete it to sign everyone out.`,
    );
  }
  return secret;
}

/** As its owner's alone, whatever was done to its mode. */
function kept(path: string): string | undefined {
  const secret = readSecret(path);
  if (secret !== undefined) chmodSync(path, 0o600);
  return secret;
}

/**
 * Two instances may start at once: a hard link creates the complete file at its name, or fails if one exists. It is
 * synced first, because what it encrypts is.
 */
function create(path: string): string {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${toHex(crypto.getRandomValues(new Uint8Array(32)))}\n`, { mode: 0o600 });
  sync(draft);
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(draft);
  }
  return kept(path)!;
}

function sync(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
