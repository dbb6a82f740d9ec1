import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { CliError } from "../errors.ts";

export interface LocalFile {
  /** Where it is on this machine. */
  readonly file: string;
  /** Below the folder that was named, with `/`; of a single file, its name. */
  readonly path: string;
  readonly size: number;
}

export interface LocalFiles {
  readonly files: readonly LocalFile[];
  /** Links, pipes and such, which are not sent. */
  readonly others: readonly string[];
}

/** All files of a folder on this machine, in the order of their paths. */
export async function listLocal(folder: string): Promise<LocalFiles> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(unreadable(folder));
  const files: LocalFile[] = [];
  const others: string[] = [];
  for (const entry of found) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) continue;
    if (!entry.isFile()) others.push(file);
    else
      files.push({ file, path: file.slice(join(folder, sep).length).replaceAll(sep, "/"), size: await sizeOf(file) });
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), others };
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(unreadable(file))).size;
}

/** In hexadecimal. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  } catch (error) {
    unreadable(file)(error);
  }
  return hash.digest("hex");
}

/** Whether the file on this machine has these bytes. */
export async function hasBytes(file: string, { size, sha256 }: { readonly size: number; readonly sha256: string }) {
  const facts = await stat(file).catch(() => undefined);
  return facts?.isFile() === true && facts.size === size && (await sha256Of(file)) === sha256;
}

export function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(code === "ENOENT" ? `There is no file ${path}.` : `${path} cannot be read: ${message}`);
  };
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
