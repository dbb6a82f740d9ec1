// Compiles the server into one executable before it runs: to read and parse six hundred modules takes most of a start.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { capture, tail } from "./capture.mjs";
import { hashOfManifests } from "./dependencies.mjs";
import { say, step } from "./progress.mjs";

const ENTRY = "apps/server/src/entries/bun.ts";
/** The server, and the program of its threads, a file beside it. */
export const ENTRIES = [ENTRY, "packages/adapters-sqlite/src/bun-reader.ts"];
const OUT = path.join(".cache", "server");
const PROGRAM = process.platform === "win32" ? "plinth.exe" : "plinth";
/** PGlite looks for them beside its own code. */
const ASSETS = "packages/adapters-postgres/node_modules/@electric-sql/pglite/dist";

export function assetsOf(root) {
  const folder = path.join(root, ASSETS);
  return { folder, names: readdirSync(folder).filter((name) => /\.(wasm|data)$/.test(name)) };
}

/** The command of the server for the sources as they are now; where it cannot be compiled, it runs the sources. */
export async function compiledServer(root, bun) {
  const folder = path.join(root, OUT, hashOfSources(root, bun));
  const program = path.join(folder, PROGRAM);
  if (existsSync(program)) return [program];
  try {
    await step("Compiling the server", () => compile(root, bun, folder));
    return [program];
  } catch (error) {
    // A folder that may not be written to, for example: the server starts all the same, a little later.
    say(`The server runs from its sources: ${error.message}`);
    return [bun, path.join(root, ENTRY)];
  }
}

/**
 * Bytecode saves the parsing. Splitting leaves what few servers use, and the libraries that the first sign-in loads, in
 * parts of their own. Until the server has started, less of it is compiled to machine code: see `compileAsUsual`.
 */
const OPTIONS = [
  "--compile",
  "--bytecode",
  "--splitting",
  "--format=esm",
  "--compile-jit-policy=16",
  "--sourcemap=linked",
];

async function compile(root, bun, folder) {
  const unfinished = `${folder}-${process.pid}`;
  try {
    await compileInto(root, bun, unfinished);
    // Another start may have been faster; its executable is the same.
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  removeOld(path.dirname(folder));
}

async function compileInto(root, bun, unfinished) {
  const program = path.join(unfinished, PROGRAM);
  mkdirSync(unfinished, { recursive: true });
  const assets = assetsOf(root);
  const args = [
    "build",
    ...ENTRIES.map((file) => path.join(root, file)),
    ...OPTIONS,
    ...assets.names.map((name) => `--asset=${name}`),
    "--entry-naming=[name].[ext]",
    `--outfile=${program}`,
  ];
  // Assets keep their paths relative to the working folder.
  await succeed("compiled", bun, args, { cwd: assets.folder });
  // A system may refuse to run it. As Bun itself, it does nothing but tell its version.
  await succeed("run", program, ["--version"], { env: { ...process.env, BUN_BE_BUN: "1" } });
  // The executable holds its source maps too.
  for (const name of readdirSync(unfinished)) if (name !== PROGRAM) rmSync(path.join(unfinished, name));
}

async function succeed(what, program, args, options) {
  const { code, output } = await capture(program, args, options);
  if (code !== 0) throw new Error(`it could not be ${what}.\n${tail(output)}`);
}

/** Each takes 150 MB. The one before is the one to go back to. */
const KEPT = 2;

function removeOld(parent) {
  const folders = readdirSync(parent).map((name) => path.join(parent, name));
  const byAge = folders.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of byAge.slice(KEPT)) {
    try {
      rmSync(old, { recursive: true, force: true });
    } catch {
      // Windows keeps a program that runs.
    }
  }
}

/** Changes with the name, size or time of any source file, with the dependencies, and with what compiles them. */
export function hashOfSources(root, bun) {
  const { size, mtimeMs } = statSync(bun);
  const hash = createHash("sha256").update(hashOfManifests(root)).update(`${OPTIONS} ${size} ${mtimeMs}`);
  for (const parent of ["apps", "packages"]) {
    for (const name of readdirSync(path.join(root, parent)).sort()) {
      const source = path.join(root, parent, name, "src");
      if (existsSync(source)) addFolder(hash, source);
    }
  }
  return hash.digest("hex").slice(0, 16);
}

function addFolder(hash, folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, file);
    else {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\0`);
    }
  }
}
