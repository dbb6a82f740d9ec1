import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { builtAdmin } from "../bootstrap/compile.mjs";
import { ROOT } from "./root.ts";
import { type OutputFile, writeFolder } from "./write-folder.ts";

/** The admin, as files by their paths in its folder, with `/` between folders. */
export type AdminBuild = ReadonlyMap<string, Uint8Array>;

let built: Promise<AdminBuild> | undefined;

/** The admin, also in dist/admin. Built once for the same sources. */
export function adminBuild(): Promise<AdminBuild> {
  built ??= buildIntoFolder();
  return built;
}

async function buildIntoFolder(): Promise<AdminBuild> {
  const folder = await builtAdmin(ROOT, process.execPath);
  const build = readFolder(folder);
  writeFolder(join(ROOT, "dist/admin"), filesBelow("dist/admin", build));
  return build;
}

function readFolder(folder: string): AdminBuild {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path).replaceAll(sep, "/"), readFileSync(path)];
    }),
  );
}

/** The files of a build, below a folder of the repository. */
export function filesBelow(folder: string, build: AdminBuild): OutputFile[] {
  return [...build].map(([name, contents]) => ({ path: join(ROOT, folder, name), contents }));
}

/** The part that a host serves by itself, and compresses as it likes: the files with a hash in their names. */
export function hashedFiles(build: AdminBuild): AdminBuild {
  return new Map([...build].filter(([name]) => name.startsWith("assets/") && !/\.(br|gz)$/.test(name)));
}

/** The rest, as texts for a bundle whose host has no files: the page, the list of files and what is beside them. */
export function embeddedTexts(build: AdminBuild): Record<string, string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const own = [...build].filter(([name]) => !name.includes("/") && !/\.(br|gz)$/.test(name));
  return Object.fromEntries(own.map(([name, bytes]) => [name, decoder.decode(bytes)]));
}

/** Bytes of scripts, gzip: those that the browser loads before it shows anything, and all. */
export function adminSizes(build: AdminBuild): { readonly firstLoad: number; readonly all: number } {
  const page = new TextDecoder().decode(build.get("index.html"));
  // The build names all static imports of the entry in the page.
  const first = new Set([...page.matchAll(/(?:src|href)="\/admin\/(assets\/[^"]+\.js)"/g)].map((found) => found[1]!));
  const scripts = [...build].filter(([name]) => /^assets\/.*\.js$/.test(name));
  const sum = (files: typeof scripts) =>
    files.reduce((bytes, [, file]) => bytes + gzipSync(file, { level: 9 }).length, 0);
  return { firstLoad: sum(scripts.filter(([name]) => first.has(name))), all: sum(scripts) };
}
