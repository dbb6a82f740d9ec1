// Compiles the server into one executable before it runs: to read and parse six hundred modules takes most of a start.
import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { buildAdmin } from "./admin.mjs";
import { capture, tail } from "./capture.mjs";
import { installSilently } from "./dependencies.mjs";
import { hashOfAdmin, hashOfServer } from "./hashes.mjs";
import { Failure, say, step } from "./progress.mjs";

const ENTRY = "apps/server/src/entries/bun.ts";
/** The server, and the programs of its threads, files beside it. */
export const ENTRIES = [
  ENTRY,
  "packages/adapters-sqlite/src/bun-reader.ts",
  "packages/adapters-quickjs/src/threads/bun-quickjs-thread.ts",
];
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
 * runs the sources; where the admin cannot be built, the server says so at its address. `patienceMs`: how much longer than
 * for the server it waits for the admin, which then comes later.
 */
export async function compiledServer(root, bun, { patienceMs = Number.POSITIVE_INFINITY } = {}) {
  const { server, admin } = partsOf(root, bun);
  const [serverMade, adminMade] = [server, admin].map((part) =>
    existsSync(part.target) ? undefined : makePart(root, bun, part),
  );
  if (serverMade || adminMade) {
    const names = [serverMade && server.name, adminMade && admin.name].filter(Boolean);
    const [serverFailure, adminFailure] = await step(`Building the ${names.join(" and the ")}`, async () => [
      await serverMade,
      await within(patienceMs, adminMade),
    ]);
    if (serverFailure) say(`The server runs from its sources, and starts a little later: ${serverFailure}`);
    if (adminFailure === LATE) {
      say("The server starts without the admin, which is still being built. It will be at /admin.");
      void adminMade.then(sayOfAdmin);
    } else if (adminFailure) sayOfAdmin(adminFailure);
    if (existsSync(server.target)) removeOld(path.join(root, OUT));
  }
  return existsSync(server.target) ? [server.target] : [bun, path.join(root, ENTRY)];
}

const LATE = Symbol("late");

function within(ms, work) {
  if (!work || ms === Number.POSITIVE_INFINITY) return work;
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(LATE), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function sayOfAdmin(failure) {
  say(failure ? `The server runs without the admin, until the next start: ${failure}` : "The admin is ready.");
}

/** The folder of the admin as its sources are now. Throws if it cannot be built. */
export async function builtAdmin(root, bun) {
  const { admin } = partsOf(root, bun);
  const failure = existsSync(admin.target) ? undefined : await makePart(root, bun, admin);
  if (failure) throw new Failure(`The admin was not built: ${failure}`);
  return admin.target;
}

/** One folder for both; another one with a part of the same sources has that part already. */
function partsOf(root, bun) {
  const hashes = { server: hashOfServer(root, bun, OPTIONS), admin: hashOfAdmin(root, bun) };
  const folder = path.join(root, OUT, `${hashes.server}-${hashes.admin}`);
  const part = (name, file, make) => {
    const isSame = (other) => other.split("-")[name === "server" ? 0 : 1] === hashes[name];
    return { name, target: path.join(folder, file), make: reused(file, isSame, make) };
  };
  return { server: part("server", PROGRAM, compileInto), admin: part("admin", ADMIN, installAndBuildAdmin) };
}

/** The server's start has not installed what the build of the admin needs. */
async function installAndBuildAdmin(root, bun, folder) {
  await installSilently(root, bun, "production");
  return buildAdmin(root, bun, folder);
}

/** Takes a part from another folder where it is the same; else makes it. */
function reused(file, isSame, make) {
  return async (root, bun, unfinished) => {
    const folders = readdirSync(path.join(root, OUT)).filter(isSame);
    const same = folders.map((name) => path.join(root, OUT, name, file)).find((made) => existsSync(made));
    if (same === undefined) return make(root, bun, unfinished);
    try {
      // The executable has 150 MB, which need not be there twice.
      if (statSync(same).isFile()) linkSync(same, unfinished);
      else cpSync(same, unfinished, { recursive: true });
      return unfinished;
    } catch {
      // Another start may have removed it; some volumes have no links.
      rmSync(unfinished, { recursive: true, force: true });
      return make(root, bun, unfinished);
    }
  };
}

/**
 * Makes it under another name, so that what has its name is whole. Why it could not be made, if so: a folder that may not
 * be written to, for example, is no reason not to start.
 */
async function makePart(root, bun, { target, make }) {
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
      if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
    }
  } catch (error) {
    return error.message;
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
  // sharp is native code, so it is no part of the program but a package in the folders above it.
  "--compile-autoload-package-json",
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
