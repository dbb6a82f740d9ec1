import { dirname, join } from "node:path";
import process from "node:process";
import type { AdminFiles } from "@plinth/core";

/** A build has some megabytes with its compressed forms; what is beyond is read for each answer. */
const MAX_KEPT_BYTES = 32_000_000;

/**
 * The built admin beside this program: a bundle or a compiled executable has it in the folder `admin`. Beside the
 * sources, it is where the build puts it.
 */
export function adminBeside(): AdminFiles {
  const here = import.meta.dirname;
  const sources = import.meta.url.endsWith(".ts") ? [join(here, "../../../../dist/admin")] : [];
  return adminFolder([join(here, "admin"), join(dirname(process.execPath), "admin"), ...sources]);
}

/** The first of the folders that has a file. Files are read once. */
export function adminFolder(folders: readonly string[], maxKeptBytes = MAX_KEPT_BYTES): AdminFiles {
  const kept = new Map<string, Uint8Array>();
  let room = maxKeptBytes;
  return {
    read: (name) => kept.get(name) ?? load(name),
  };

  async function load(name: string): Promise<Uint8Array | undefined> {
    for (const folder of folders) {
      const bytes = await readIfThere(join(folder, name));
      if (!bytes) continue;
      if (!kept.has(name) && bytes.length <= room) {
        room -= bytes.length;
        kept.set(name, bytes);
      }
      return bytes;
    }
    return undefined;
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
