import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import type { BuildFailure, BuildOptions } from "esbuild";
import { CliError } from "../errors.ts";

/** A function as it is sent to the server: one JavaScript module. */
export interface FunctionSource {
  /** Of the file or folder. */
  readonly name: string;
  readonly source: string;
  /** Of a bundle. */
  readonly source_map?: string;
  /** The files that it is made of. */
  readonly files: readonly string[];
}

const ENTRIES = ["index.ts", "index.js", "index.mjs"];

/** Reads a function. TypeScript, a folder, and a file that imports others are bundled; other files are sent as they are. */
export async function readFunction(path: string): Promise<FunctionSource> {
  const file = await entryOf(path);
  const name = nameOf(path);
  const source = await readFile(file, "utf8");
  if (file === path && !needsBundle(file, source)) return { name, source, files: [file] };
  return { name, ...(await bundle(file)) };
}

async function entryOf(path: string): Promise<string> {
  const found = await statOf(path);
  if (!found) throw new CliError(`There is no file ${path}.`);
  if (!found.isDirectory()) return path;
  for (const entry of ENTRIES) if (await statOf(join(path, entry))) return join(path, entry);
  throw new CliError(`${path} has none of ${ENTRIES.join(", ")}: one of them must export the function.`);
}

function statOf(path: string) {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new CliError(`${path} cannot be read: ${error.message}`);
  });
}

const nameOf = (path: string): string => basename(resolve(path)).replace(/\.[^.]*$/, "");

/** A comment or text that looks like an import costs a bundle, and changes nothing else. */
function needsBundle(file: string, source: string): boolean {
  return !/\.m?js$/.test(file) || /^\s*(?:import\b|export\b[^\n]*\bfrom\s*["'])/m.test(source);
}

async function bundle(file: string): Promise<Omit<FunctionSource, "name">> {
  const { build } = await esbuild(file);
  const options = {
    entryPoints: [file],
    outfile: "function.js",
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    mainFields: ["module", "main"],
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "silent",
  } satisfies BuildOptions;
  const { outputFiles, metafile } = await build<typeof options>(options).catch((error: BuildFailure) => {
    throw new CliError(problemsOf(error));
  });
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  return { source: text(".js"), source_map: text(".map"), files: Object.keys(metafile.inputs) };
}

/** The project's own esbuild, or the one beside this program. */
async function esbuild(file: string): Promise<typeof import("esbuild")> {
  const from = createRequire(join(process.cwd(), "package.json"));
  try {
    return (await import(from.resolve("esbuild"))) as typeof import("esbuild");
  } catch {
    return import("esbuild").catch(() => {
      throw new CliError(`${file} has to be bundled, which esbuild does: npm install --save-dev esbuild`);
    });
  }
}

function problemsOf({ errors, message }: BuildFailure): string {
  if (!errors || errors.length === 0) return message;
  return errors
    .map(({ location, text }) =>
      location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text,
    )
    .join("\n");
}
