import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { writeClientPages } from "./client-pages.ts";
import { ROOT } from "./root.ts";

const PACKAGE = "packages/client";

/**
 * The package's modules: what they are called, and where they begin. All but the first import the first one, so that a
 * program has each class once.
 */
const MODULES: readonly Module[] = [
  { name: "plinth", path: ".", entry: "src/index.ts" },
  { name: "sync", path: "./sync", entry: "src/sync/index.ts" },
  { name: "files", path: "./files", entry: "src/files/index.ts" },
  { name: "jobs", path: "./jobs", entry: "src/jobs/index.ts" },
  { name: "runs", path: "./runs", entry: "src/runs/index.ts" },
  { name: "webhooks", path: "./webhooks", entry: "src/webhooks/index.ts" },
  { name: "file-store", path: "./file-store", entry: "src/file-store/index.ts", types: "bun" },
  { name: "react", path: "./react", entry: "src/react/index.ts" },
  { name: "tanstack-db", path: "./tanstack-db", entry: "src/tanstack-db.ts" },
];

interface Module {
  readonly name: string;
  readonly path: string;
  readonly entry: string;
  /** Of the runtime that it needs. Without it, it is compiled with none, so it can need none. */
  readonly types?: string;
}

/** The client's types need only this part of the server's types. */
const JSON_TYPES = `export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
`;

/** Bytes of each module, gzip. */
export type ClientSizes = Readonly<Record<string, number>>;

/** The client as a package without dependencies: modules that every runtime imports unchanged, their types, its pages. */
export async function buildClient(folder = join(ROOT, "dist/client")): Promise<ClientSizes> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const sizes = await buildModules(folder);
  writeTypes(join(folder, "types"));
  for (const { name, entry } of MODULES) {
    // For users who copy the module without its package.json.
    const types = entry.replace(/^src\//, "./types/").replace(/\.ts$/, ".js");
    writeFileSync(join(folder, `${name}.d.ts`), `export * from "${types}";\n`);
  }
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
  copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  writeClientPages(folder);
  return sizes;
}

/** The modules alone. */
export async function buildModules(folder: string): Promise<ClientSizes> {
  const sizes: Record<string, number> = {};
  for (const module of MODULES) sizes[module.name] = await writeModule(module, folder);
  return sizes;
}

async function writeModule({ name, entry }: Module, folder: string): Promise<number> {
  const { outputFiles } = await build({
    absWorkingDir: join(ROOT, PACKAGE),
    entryPoints: [{ in: entry, out: name }],
    outdir: folder,
    bundle: true,
    // What an app has already; the rest of what is used becomes part of the module.
    external: [...Object.keys(readManifest().peerDependencies), "node:*"],
    format: "esm",
    platform: "neutral",
    // The language level of Node 20 and recent browsers.
    target: "es2022",
    charset: "utf8",
    minify: true,
    // Errors show where in the sources they come from.
    sourcemap: "linked",
    write: false,
    logLevel: "warning",
    plugins: entry === MODULES[0]!.entry ? [] : [sharedCore],
  });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  return gzipSync(outputFiles.find(({ path }) => path.endsWith(".js"))!.contents, { level: 9 }).length;
}

/** What other modules take from the first one: its own exports, and the class of errors, which has to be one and the same. */
const SHARED: ReadonlySet<string> = new Set(
  [MODULES[0]!.entry, "src/types.ts"].map((path) => join(ROOT, PACKAGE, path)),
);

const sharedCore: Plugin = {
  name: "the first module",
  setup({ onResolve }) {
    onResolve({ filter: /\.ts$/ }, ({ path, resolveDir }) =>
      SHARED.has(join(resolveDir, path)) ? { path: `./${MODULES[0]!.name}.js`, external: true } : undefined,
    );
  },
};

function readManifest() {
  return JSON.parse(readFileSync(join(ROOT, PACKAGE, "package.json"), "utf8"));
}

function manifest(): object {
  const { version, license, description, peerDependencies, peerDependenciesMeta } = readManifest();
  // One module serves all runtimes, so there are no conditions for them.
  const entries = MODULES.map(({ name, path }) => [path, { types: `./${name}.d.ts`, default: `./${name}.js` }]);
  return {
    name: "@plinth/client",
    version,
    description,
    license,
    type: "module",
    sideEffects: false,
    engines: { node: ">=20" },
    exports: { ...Object.fromEntries(entries), "./package.json": "./package.json" },
    // For tools that do not read `exports`.
    main: "./plinth.js",
    types: "./plinth.d.ts",
    peerDependencies,
    peerDependenciesMeta,
  };
}

function writeTypes(folder: string): void {
  const options =
    "--ignoreConfig --declaration --emitDeclarationOnly --strict --skipLibCheck --allowImportingTsExtensions " +
    "--module esnext --moduleResolution bundler --target es2023 --lib ES2024,DOM,DOM.Iterable,DOM.AsyncIterable";
  for (const [types = "", modules] of Map.groupBy(MODULES, ({ types }) => types)) {
    const command = [
      join(ROOT, "node_modules/.bin/tsc"),
      ...modules.map(({ entry }) => join(PACKAGE, entry)),
      ...options.split(" "),
      "--types",
      types,
      "--rootDir",
      join(PACKAGE, "src"),
      "--outDir",
      folder,
    ];
    const { success, stdout } = Bun.spawnSync(command, { cwd: ROOT });
    if (success) continue;
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
