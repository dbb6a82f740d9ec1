// Finds the pinned Bun: the one that runs this, the one in `.cache/`, or a new one from npm.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { capture, tail } from "./capture.mjs";
import { Failure, step } from "./progress.mjs";

export const BUN_VERSION = "1.4.5";

const EXECUTABLE = process.platform === "win32" ? "bun.exe" : "bun";

/** The path of a Bun of exactly `version`. */
export async function findBun(root, version) {
  const running = runningBun(version, process.versions.bun, process.execPath, process.env);
  if (running) return running;
  const kept = path.join(root, ".cache", "bun", `${version}-${process.platform}-${process.arch}`, EXECUTABLE);
  if (!existsSync(kept)) await step(`Fetching Bun ${version} from npm`, () => fetchBun(version, kept));
  return kept;
}

/** The Bun that runs this file, or that runs Node for `bun run …`, where it has the right version. */
export function runningBun(version, ownVersion, ownPath, env) {
  if (ownVersion === version) return ownPath;
  const caller = env.npm_execpath;
  const agent = env.npm_config_user_agent ?? "";
  return caller && agent.startsWith(`bun/${version} `) && existsSync(caller) ? caller : undefined;
}

/**
 * Installs the npm package beside its final path and moves the binary there only after it has run, so that an
 * interrupted download leaves nothing that looks complete.
 */
async function fetchBun(version, kept) {
  const folder = path.dirname(kept);
  await mkdir(path.dirname(folder), { recursive: true });
  const work = await mkdtemp(path.join(path.dirname(folder), "fetch-"));
  try {
    await writeFile(path.join(work, "package.json"), JSON.stringify({ private: true, dependencies: { bun: version } }));
    const [command, args, options] = installer(work);
    const { code, output } = await capture(command, args, { cwd: work, ...options });
    if (code !== 0) throw new Failure(explain(version, code, output));
    const binary = await workingBinary(path.join(work, "node_modules", "@oven"), version);
    await mkdir(folder, { recursive: true });
    await rename(binary, kept);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The npm client that called us, else npm from the PATH; without Node, the available Bun, whatever its version. */
export function installer(work, env = process.env, versions = process.versions, execPath = process.execPath) {
  const flags = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", work];
  if (versions.bun) return [execPath, ["install", "--ignore-scripts", "--no-save"], {}];
  if (env.npm_execpath?.endsWith("npm-cli.js")) return [execPath, [env.npm_execpath, ...flags], {}];
  return ["npm", flags, { shell: process.platform === "win32" }];
}

/** Older npm clients install the builds for both glibc and musl: the one that runs is the right one. */
async function workingBinary(folder, version) {
  const packages = existsSync(folder) ? await readdir(folder) : [];
  for (const name of packages) {
    const binary = path.join(folder, name, "bin", EXECUTABLE);
    const { code, output } = await capture(binary, ["--version"]);
    if (code === 0 && output.trim() === version) return binary;
  }
  throw new Failure(
    packages.length === 0
      ? `Bun ${version} has no build for ${process.platform} on ${process.arch}.`
      : `Bun ${version} was fetched but does not run here (${packages.join(", ")}).`,
  );
}

/** Names the likely reason, and shows npm's output. */
export function explain(version, code, output) {
  if (code === null) return `npm was not found (${output}). Install it with Node, then try again.`;
  const said = `\n\nnpm said:\n${tail(output)}`;
  if (
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/.test(
      output,
    )
  ) {
    return `Bun ${version} could not be fetched: npm's registry is out of reach. Check the network or the proxy, then try again.${said}`;
  }
  if (/\bEBADPLATFORM\b/.test(output))
    return `Bun ${version} has no build for ${process.platform} on ${process.arch}.${said}`;
  if (/\b(EACCES|EPERM|EROFS)\b/.test(output))
    return `Bun ${version} could not be stored: a folder is not writable.${said}`;
  if (/\bENOSPC\b/.test(output)) return `Bun ${version} could not be stored: the disk is full.${said}`;
  return `Bun ${version} could not be fetched.${said}`;
}
