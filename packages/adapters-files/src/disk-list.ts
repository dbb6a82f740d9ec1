import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { disk, unlessMissing } from "./disk-errors.ts";
import { folderName, partOf } from "./disk-paths.ts";

export interface ListedPath {
  /** A file's key, or a folder's with the `/` at its end. */
  readonly name: string;
  /** Undefined for folders. */
  readonly path: string | undefined;
}

export interface WalkOptions {
  readonly prefix: string;
  /** Only what comes after. */
  readonly after: string;
  readonly folders: boolean;
}

/** Files in the order of their keys. One folder at each depth is in memory at a time. */
export async function* walk(folder: string, options: WalkOptions, base = ""): AsyncGenerator<ListedPath> {
  const { prefix, after, folders } = options;
  const inside = folderIn(prefix, base);
  // A folder that the prefix names is entered without a look at what is beside it, which may be a million files.
  if (inside !== undefined) return yield* walk(join(folder, folderName(inside)), options, `${base}${inside}/`);
  for (const { name, entry } of await entriesOf(folder, base)) {
    if (!name.startsWith(prefix) && !prefix.startsWith(name)) continue;
    const path = join(folder, entry.name);
    if (!name.endsWith("/")) {
      if (name.startsWith(prefix) && name > after) yield { name, path };
    } else if (folders && name.startsWith(prefix) && name.length > prefix.length) {
      if (name > after && (await hasFile(path, name))) yield { name, path: undefined };
    } else if (name > after || after.startsWith(name)) {
      yield* walk(path, options, name);
    }
  }
}

/** The next folder on the way to what the prefix names. */
function folderIn(prefix: string, base: string): string | undefined {
  if (!prefix.startsWith(base)) return undefined;
  const [part = "", ...below] = prefix.slice(base.length).split("/");
  return below.length > 0 && KEY_PART.test(part) ? part : undefined;
}

/** Of the keys that there are; anything else could lead out of the folder. */
const KEY_PART = /^[\w-][\w.-]*$/;

/** A folder may be left without files by a process that was killed. */
async function hasFile(folder: string, base: string): Promise<boolean> {
  for await (const _ of walk(folder, { prefix: "", after: "", folders: false }, base)) return true;
  return false;
}

/** All keys below a folder begin with its name and a `/`, which decides its place among the files beside it. */
async function entriesOf(folder: string, base: string): Promise<{ name: string; entry: Dirent }[]> {
  const entries = await disk(unlessMissing(readdir(folder, { withFileTypes: true }), []));
  return entries
    .flatMap((entry) => {
      const found = partOf(entry.name);
      if (!found || found.isFile === entry.isDirectory()) return [];
      return [{ name: `${base}${found.part}${found.isFile ? "" : "/"}`, entry }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
