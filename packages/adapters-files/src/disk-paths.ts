/**
 * Where a key's file is. Each part of the key but the last is a folder, and the file has a mark at its end, so that `a` and
 * `a/b` can both be there. Capital letters are written as `=a`, because some file systems take `A` and `a` for one name.
 */
import { join } from "node:path";

const FILE_MARK = "@";

export function filePath(root: string, key: string): string {
  return `${join(root, ...key.split("/").map(nameOf))}${FILE_MARK}`;
}

/** Of a part of a key that has others below it. */
export const folderName = (part: string): string => nameOf(part);

/** What a name in a folder stands for; undefined for what no store has written. */
export function partOf(name: string): { readonly part: string; readonly isFile: boolean } | undefined {
  const isFile = name.endsWith(FILE_MARK);
  const part = partFrom(isFile ? name.slice(0, -1) : name);
  return nameOf(part) === (isFile ? name.slice(0, -1) : name) ? { part, isFile } : undefined;
}

function nameOf(part: string): string {
  return part.replace(/[A-Z]/g, (letter) => `=${letter.toLowerCase()}`);
}

function partFrom(name: string): string {
  return name.replace(/=([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
