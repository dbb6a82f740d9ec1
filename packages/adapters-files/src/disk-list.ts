import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, disk } from "./disk-errors.ts";
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
  /** Names of one folder that are in memory; default 20,000. */
  readonly atOnce?: number;
}

/** A folder may have a million names. */
const AT_ONCE = 20_000;

/** Files in the order of their keys. */
export async function* walk(folder: string, options: WalkOptions, base = ""): AsyncGenerator<ListedPath> {
  const { prefix, after, folders } = options;
  const inside = folderIn(prefix, base);
  // A folder that the prefix names is entered without a look at what is beside it, which may be a million files.
  if (inside !== undefined) return yield* walk(join(folder, folderName(inside)), options, `${base}${inside}/`);
  for await (const { name, entry } of entriesOf(folder, base, options)) {
    const path = join(folder, entry);
    if (!name.endsWith("/")) yield { name, path };
    else if (folders && name.startsWith(prefix) && name.length > prefix.length) {
      if (name > after && (await hasFile(path, name))) yield { name, path: undefined };
    } else yield* walk(path, options, name);
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

interface NamedEntry {
  readonly name: string;
  readonly entry: string;
}

/** In the order of their keys: those below a folder begin with its name and a `/`, which decides its place among the files beside it. */
async function* entriesOf(
  folder: string,
  base: string,
  { prefix, after, atOnce = AT_ONCE }: WalkOptions,
): AsyncGenerator<NamedEntry> {
  const isSought = (name: string): boolean =>
    name.endsWith("/")
      ? (name.startsWith(prefix) || prefix.startsWith(name)) && (name > after || after.startsWith(name))
      : name.startsWith(prefix) && name > after;
  let some = await firstOf(folder, base, atOnce, isSought);
  yield* some;
  while (some.length === atOnce) {
    const last = some.at(-1)!.name;
    some = await firstOf(folder, base, atOnce, (name) => name > last && isSought(name));
    yield* some;
  }
}

/** The first entries of a folder that are wanted, `most` of them. */
async function firstOf(
  folder: string,
  base: string,
  most: number,
  isWanted: (name: string) => boolean,
): Promise<NamedEntry[]> {
  let found: NamedEntry[] = [];
  let bound: string | undefined;
  for (const entry of await namesIn(folder)) {
    const part = partOf(entry);
    if (!part) continue;
    const name = `${base}${part.part}${part.isFile ? "" : "/"}`;
    if ((bound !== undefined && name > bound) || !isWanted(name)) continue;
    found.push({ name, entry });
    if (found.length < 2 * most) continue;
    found = found.sort(byName).slice(0, most);
    bound = found.at(-1)!.name;
  }
  return found.sort(byName).slice(0, most);
}

const byName = (a: NamedEntry, b: NamedEntry): number => (a.name < b.name ? -1 : 1);

/** None where there is no folder, or something else that no store has made. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    return disk(Promise.reject(error));
  }
}
