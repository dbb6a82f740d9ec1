// Compiles the server into one executable before it runs: to read and parse six hundred modules takes most of a start.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { buildAdmin } from "./admin.mjs";
import { capture, tail } from "./capture.mjs";
import { hashOfManifests } from "./dependencies.mjs";
import { Failure, say, step } from "./progress.mjs";

const ENTRY = "apps/server/src/entries/bun.ts";
/** The server, and the program of its threads, a file beside it. */
export const ENTRIES = [ENTRY, "packages/adapters-sqlite/src/bun-reader.ts"];
const OUT = path.join(".cache", "server");
const PROGRAM = process.platform === "win32" ? "plinth.exe" : "plinth";
/** The folder of the admin beside the program; the server looks for it there. */
const ADMIN = "admin";
/** PGlite looks for them beside its own code. */
const ASSETS = "packages/adapters-postgres/node_modules/@electric-sql/pglite/dist";

export function assetsOf(root) {
  const folder = path.join(root, ASSETS);
  return { folder, names: readdirSync(folder).filter((name) => /\.(wasm|data)$/.test(name)) };
}

/**
 * The command of the server for the sources as they are now, with the admin beside it. Where it cannot be compiled, it
 * runs the sources; where the admin cannot be built, the server says so at its address.
 */
export async function compiledServer(root, bun) {
  const folder = cacheOf(root, bun);
  const program = path.join(folder, PROGRAM);
  const missing = [
    { name: "server", target: program, make: compileInto },
    { name: "admin", target: path.join(folder, ADMIN), make: buildAdmin },
  ].filter(({ target }) => !existsSync(target));
  if (missing.length > 0) {
    const label = `Building the ${missing.map(({ name }) => name).join(" and the ")}`;
    const failures = await step(label, () => Promise.all(missing.map((part) => makePart(root, bun, part))));
    for (const failure of failures) if (failure) say(failure);
    if (failures.includes(undefined)) removeOld(path.dirname(folder));
  }
  return existsSync(program) ? [program] : [bun, path.join(root, ENTRY)];
}

/** The folder of the admin as its sources are now. Throws if it cannot be built. */
export async function builtAdmin(root, bun) {
  const target = path.join(cacheOf(root, bun), ADMIN);
  if (existsSync(target)) return target;
  const failure = await makePart(root, bun, { name: "admin", target, make: buildAdmin });
  if (failure) throw new Failure(failure);
  return target;
}

const cacheOf = (root, bun) => path.join(root, OUT, hashOfSources(root, bun));

const WITHOUT = {
  server: "The server runs from its sources, and starts a little later",
  admin: "The server runs without the admin, until the next start",
};

/**
 * Makes it under another name, so that what has its name is whole. Why it could not be made, if so: a folder that may not
 * be written to, for example, is no reason not to start.
 */
async function makePart(root, bun, { name, target, make }) {
  const folder = path.dirname(target);
  const unfinished = `${target}-${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    try {
      const made = await make(root, bun, unfinished);
      // Another start may have been faster; what it made is the same.
      if (!existsSync(target)) renameSync(made, target);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
      if (readdirSync(folder).length === 0) rmdirSync(folder);
    }
  } catch (error) {
    return `${WITHOUT[name]}: ${error.message}`;
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
  return program;
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
      // An app has its page, its public files and its build's settings beside its sources.
      const source = path.join(root, parent, name, parent === "apps" ? "" : "src");
      if (existsSync(source)) addFolder(hash, source);
    }
  }
  return hash.digest("hex").slice(0, 16);
}

function addFolder(hash, folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.name === "node_modules") continue;
    if (entry.isDirectory()) addFolder(hash, file);
    else {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\0`);
    }
  }
}
