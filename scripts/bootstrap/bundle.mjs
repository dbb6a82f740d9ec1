// Bundles the server into few files before it runs: six hundred modules take half of a start to read and parse.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { capture, tail } from "./capture.mjs";
import { hashOfManifests } from "./dependencies.mjs";
import { say, step } from "./progress.mjs";

const ENTRY = "apps/server/src/entries/bun.ts";
const OUT = path.join(".cache", "server");
/** PGlite looks for them beside its own code. */
const ASSETS = "packages/adapters-postgres/node_modules/@electric-sql/pglite/dist";

/** The bundle's entry for the sources as they are now; where it cannot be made, the sources' own. */
export async function bundledServer(root, bun) {
  const folder = path.join(root, OUT, hashOfSources(root));
  const entry = path.join(folder, "bun.js");
  if (existsSync(entry)) return entry;
  try {
    await step("Bundling the server", () => bundle(root, bun, folder));
    return entry;
  } catch (error) {
    // A folder that may not be written to, for example: the server starts all the same, a little later.
    say(`The server runs from its sources: ${error.message}`);
    return path.join(root, ENTRY);
  }
}

async function bundle(root, bun, folder) {
  const unfinished = `${folder}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const args = ["build", ENTRY, "--target=bun", "--splitting", "--sourcemap=linked", `--outdir=${unfinished}`];
  const { code, output } = await capture(bun, args, { cwd: root });
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`it could not be bundled.\n${tail(output)}`);
  }
  for (const name of readdirSync(path.join(root, ASSETS)))
    if (/\.(wasm|data)$/.test(name)) cpSync(path.join(root, ASSETS, name), path.join(unfinished, name));
  // Another start may have been faster; its bundle is the same.
  if (existsSync(folder)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, folder);
  removeOld(path.dirname(folder));
}

/** A server that still runs loads rarely used parts from its bundle later, so several are kept. */
const KEPT = 5;

function removeOld(parent) {
  const bundles = readdirSync(parent).map((name) => path.join(parent, name));
  const byAge = bundles.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const bundle of byAge.slice(KEPT)) rmSync(bundle, { recursive: true, force: true });
}

/** Changes with the name, size or time of any source file, and with the dependencies. */
export function hashOfSources(root) {
  const hash = createHash("sha256").update(hashOfManifests(root));
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
