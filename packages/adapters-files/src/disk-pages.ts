import { stat } from "node:fs/promises";
import { type FilePage, FileStoreError, type ListedFile, type ListFilesOptions } from "@plinth/core";
import { entryHead } from "./disk-entry.ts";
import { codeOf, disk, unlessMissing } from "./disk-errors.ts";
import { type ListedPath, walk } from "./disk-list.ts";

/** A list whose next page may be asked for, as it was left. */
interface Rest {
  readonly key: string;
  readonly entries: AsyncGenerator<ListedPath>;
  readonly next: ListedPath;
  /** By `performance.now()`. */
  readonly began: number;
}

/** Lists that one process keeps. */
const MOST_RESTS = 4;
/** What others write meanwhile may be missing on a page, so its names must not be old. */
const REST_MS = 30_000;

/**
 * Pages of the files in a folder. The next page goes on where the one before has left, so that the names of a large folder are not read again for each.
 */
export function diskPages(folder: string): (options?: ListFilesOptions) => Promise<FilePage> {
  let rests: Rest[] = [];

  function takeRest(key: string): Rest | undefined {
    rests = rests.filter(({ began }) => performance.now() - began < REST_MS);
    const found = rests.find((rest) => rest.key === key);
    rests = rests.filter((rest) => rest !== found);
    return found;
  }

  return async ({ prefix = "", cursor = "", limit = 1000, folders = false } = {}) => {
    const keyOf = (after: string): string => JSON.stringify([prefix, folders, after]);
    const rest = cursor === "" ? undefined : takeRest(keyOf(cursor));
    const entries = rest?.entries ?? walk(folder, { prefix, after: cursor, folders });
    const began = rest?.began ?? performance.now();
    const files: ListedFile[] = [];
    const names: string[] = [];
    let last = cursor;
    for (let next = rest?.next ?? (await following(entries)); next; next = await following(entries)) {
      if (files.length + names.length === limit) {
        rests = [...rests, { key: keyOf(last), entries, next, began }].slice(-MOST_RESTS);
        return { files, folders: names, cursor: last };
      }
      const { name, path } = next;
      const file = path === undefined ? undefined : await listedFile(name, path);
      if (path === undefined) names.push(name);
      else if (file) files.push(file);
      last = name;
    }
    return { files, folders: names, cursor: undefined };
  };
}

async function following(entries: AsyncGenerator<ListedPath>): Promise<ListedPath | undefined> {
  const { done, value } = await entries.next();
  return done ? undefined : value;
}

/** Undefined: it has been deleted meanwhile, or is nothing that a store has written. */
async function listedFile(key: string, path: string): Promise<ListedFile | undefined> {
  try {
    const head = await entryHead(path);
    return head && { key, size: head.size, etag: head.etag, modifiedAt: head.modifiedAt };
  } catch (error) {
    if (!(error instanceof FileStoreError)) throw error;
    if (codeOf(error.cause ?? error) === "EISDIR") return undefined;
    if (error.kind !== "damaged") throw error;
    // One damaged file must not hide the others. Its length on the disk is none that it was written with.
    const found = await disk(unlessMissing(stat(path), undefined));
    return found && { key, size: found.size, etag: "damaged", modifiedAt: found.mtimeMs };
  }
}
