import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { ROOT } from "./build-target.ts";

const ENTRY = "packages/client/src/index.ts";

/** The client's types need only this part of the server's types. */
const JSON_TYPES = `export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
`;

/** The client as a package without dependencies: one module that every runtime imports unchanged, and its types. */
export async function buildClient(folder = join(ROOT, "dist/client")): Promise<{ bytes: number; gzip: number }> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [ENTRY],
    bundle: true,
    format: "esm",
    platform: "neutral",
    // The language level of Node 20 and recent browsers.
    target: "es2022",
    charset: "utf8",
    write: false,
    logLevel: "warning",
  });
  const code = outputFiles[0]!.contents;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "plinth.js"), code);
  writeTypes(join(folder, "types"));
  // For users who copy the module without its package.json.
  writeFileSync(join(folder, "plinth.d.ts"), 'export * from "./types/index.js";\n');
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
  return { bytes: code.length, gzip: gzipSync(code, { level: 9 }).length };
}

function manifest(): object {
  const { version, license } = JSON.parse(readFileSync(join(ROOT, "packages/client/package.json"), "utf8"));
  const entry = { types: "./plinth.d.ts", default: "./plinth.js" };
  return { name: "@plinth/client", version, license, type: "module", exports: { ".": entry }, types: entry.types };
}

function writeTypes(folder: string): void {
  const options =
    "--ignoreConfig --declaration --emitDeclarationOnly --strict --skipLibCheck --allowImportingTsExtensions " +
    "--module esnext --moduleResolution bundler --target es2023 --lib ES2024,DOM,DOM.Iterable,DOM.AsyncIterable";
  const command = [
    join(ROOT, "node_modules/.bin/tsc"),
    ENTRY,
    ...options.split(" "),
    "--types",
    "",
    "--outDir",
    folder,
  ];
  const { success, stdout } = Bun.spawnSync(command, { cwd: ROOT });
  if (!success) {
    console.error(stdout.toString());
    throw new Error("the client's types could not be written");
  }
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts")) continue;
    const file = join(folder, name);
    const up = "../".repeat(name.split(sep).length - 1) || "./";
    const text = readFileSync(file, "utf8").replaceAll('"@plinth/core"', `"${up}json.js"`);
    writeFileSync(file, text.replaceAll(/(from "\.[^"]+)\.ts"/g, '$1.js"'));
  }
  writeFileSync(join(folder, "json.d.ts"), JSON_TYPES);
}
