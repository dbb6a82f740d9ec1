// Installs the locked dependencies, with a cheap check whether that is needed.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { capture, tail } from "./capture.mjs";
import { Failure, step } from "./progress.mjs";

const STAMP = path.join("node_modules", ".plinth-install.json");

/** What is installed, and by which arguments: each has all of the one before. */
const SCOPES = {
  /** What the server needs; to build the admin takes three times as many packages. */
  server: { args: ["--production", "--filter", "!@plinth/admin"], label: "Installing dependencies" },
  production: { args: ["--production"], label: "Installing dependencies of the admin" },
  all: { args: [], label: "Installing dependencies with development tools" },
};
const ORDER = Object.keys(SCOPES);

/** Makes sure that `node_modules` contains what `bun.lock` names, as far as the scope goes. Shows that it takes a while. */
export async function installDependencies(root, bun, scope) {
  await install(root, bun, scope, (label, work) => step(label, work));
}

/** The same without a word. */
export async function installSilently(root, bun, scope) {
  await install(root, bun, scope, (_, work) => work());
}

async function install(root, bun, scope, show) {
  const stamp = readStamp(root);
  const hash = hashOfManifests(root);
  if (stamp?.hash === hash && ORDER.indexOf(stamp.scope) >= ORDER.indexOf(scope)) return;
  // An update never removes development tools that were installed before.
  const wanted = stamp?.scope === "all" ? "all" : scope;
  const { args, label } = SCOPES[wanted];
  await show(label, async () => {
    const { code, output } = await capture(bun, ["install", "--frozen-lockfile", ...args], { cwd: root });
    if (code !== 0) throw new Failure(explain(output));
  });
  writeFileSync(path.join(root, STAMP), JSON.stringify({ hash, scope: wanted }));
}

function readStamp(root) {
  try {
    return JSON.parse(readFileSync(path.join(root, STAMP), "utf8"));
  } catch {
    // Missing or unreadable: either way, nothing is known about the folder.
    return undefined;
  }
}

/**
 * Changes with the lockfile, any package.json of the workspace, and the platform that native packages were chosen for.
 */
export function hashOfManifests(root) {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}`);
  for (const file of manifests(root)) {
    hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  }
  return hash.digest("hex");
}

/** The lockfile and every package.json, relative to the root, in a fixed order. */
export function manifests(root) {
  const { workspaces } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const folders = workspaces.flatMap((pattern) => {
    if (!pattern.endsWith("/*")) return [pattern];
    const parent = pattern.slice(0, -2);
    const entries = existsSync(path.join(root, parent)) ? readdirSync(path.join(root, parent)) : [];
    return entries.map((name) => `${parent}/${name}`);
  });
  const packages = folders
    .map((folder) => `${folder}/package.json`)
    .filter((file) => existsSync(path.join(root, file)));
  return ["bun.lock", "package.json", ...packages.sort()];
}

function explain(output) {
  const said = `\n\nbun install said:\n${tail(output)}`;
  if (/lockfile had changes|lockfile is frozen/i.test(output)) {
    return `bun.lock does not match a package.json. Run "node scripts/bootstrap.mjs bun install" to bring it up to date.${said}`;
  }
  if (/ConnectionRefused|ConnectionClosed|ENOTFOUND|DNS|FailedToOpenSocket|Timeout/i.test(output)) {
    return `The dependencies could not be fetched: npm's registry is out of reach. Check the network or the proxy, then try again.${said}`;
  }
  return `The dependencies could not be installed.${said}`;
}
