import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface OutputFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

/**
 * Makes these files the only ones of a folder. A file that is as it should be stays untouched, and
 * another is replaced at once: a program that starts from there meanwhile finds whole files.
 */
export function writeFolder(folder: string, files: readonly OutputFile[]): void {
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  for (const [i, { path, contents }] of files.entries()) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(join(unfinished, String(i)), contents);
    renameSync(join(unfinished, String(i)), path);
  }
  rmSync(unfinished, { recursive: true });
  const wanted = new Set(files.map(({ path }) => path));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !wanted.has(path)) rmSync(path, { force: true });
  }
}
