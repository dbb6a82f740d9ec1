import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { buildTarget } from "./build-target.ts";
import { bundleBunServer } from "./bun-server.ts";
import { ROOT } from "./root.ts";
import { TARGETS } from "./targets.ts";

const PACKAGE = "packages/cli";
const PROGRAM = "plinth.mjs";

/** CommonJS that loads Node's modules by `require`, which an ES module has to make. */
const withRequire =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';

/**
 * The command line as a package without dependencies: one file that Node and Bun run, and beside it the server for both.
 * Bytes of the program.
 */
export async function buildCli(folder = join(ROOT, "dist/cli")): Promise<number> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`${PACKAGE}/src/main.ts`],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    charset: "utf8",
    legalComments: "none",
    banner: { js: withRequire },
    write: false,
    logLevel: "warning",
  });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const program = outputFiles[0]!.contents;
  writeFileSync(join(folder, PROGRAM), program, { mode: 0o755 });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
  copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  await addServer(join(folder, "server"));
  return program.length;
}

function manifest(): object {
  const { name, version, license } = JSON.parse(readFileSync(join(ROOT, PACKAGE, "package.json"), "utf8"));
  return { name, version, license, type: "module", bin: { plinth: PROGRAM }, engines: { node: ">=20" } };
}

/** The bundles of both runtimes, in one folder: they look for the same files of the database in process. */
async function addServer(folder: string): Promise<void> {
  await buildTarget(TARGETS.find(({ name }) => name === "node")!);
  await bundleBunServer(folder);
  const bundle = join(ROOT, "dist/node");
  cpSync(bundle, folder, { recursive: true });
}
