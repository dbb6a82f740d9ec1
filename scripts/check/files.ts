// The repository's hand-edited files, and their packages.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Import, importsOf } from "./imports.ts";
import { type Token, tokenize } from "./tokens.ts";

const LEFT_OUT = new Set(["node_modules", "dist", ".cache", ".data", ".wrangler", ".git"]);

/** All files that match, relative to the root, with forward slashes, sorted. Skips installed and built folders. */
export function listFiles(root: string, pattern: string): string[] {
  return walk(root, "")
    .filter((file) => matches(file, pattern))
    .sort();
}

function walk(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : walk(root, `${folder}${entry.name}/`);
    return entry.isFile() ? [`${folder}${entry.name}`] : [];
  });
}

export interface Source {
  file: string;
  text: string;
  tokens: Token[];
  imports: Import[];
}

export function readSource(file: string, text: string): Source {
  const tokens = tokenize(text, { jsx: file.endsWith(".tsx") });
  return { file, text, tokens, imports: importsOf(tokens) };
}

export function readSources(root: string): Source[] {
  return listFiles(root, "{apps,packages,scripts,tests,bench}/**/*.{ts,tsx,mjs}").map((file) =>
    readSource(file, readFileSync(path.join(root, file), "utf8")),
  );
}

export interface Manifest {
  /** The package's folder with a slash at its end; "" for the root. */
  folder: string;
  name: string;
  dependencies: readonly string[];
  devDependencies: readonly string[];
}

export function readManifests(root: string): Manifest[] {
  return listFiles(root, "{package.json,bench/package.json,tests/package.json,{apps,packages}/*/package.json}").map(
    (file) => {
      const { name, dependencies, devDependencies, peerDependencies } = JSON.parse(
        readFileSync(path.join(root, file), "utf8"),
      );
      return {
        folder: file.slice(0, -"package.json".length),
        name,
        dependencies: Object.keys({ ...dependencies, ...peerDependencies }),
        devDependencies: Object.keys({ ...devDependencies }),
      };
    },
  );
}

const globs = new Map<string, Bun.Glob>();

export function matches(file: string, pattern: string): boolean {
  const glob = globs.get(pattern) ?? new Bun.Glob(pattern);
  globs.set(pattern, glob);
  return glob.match(file);
}
