import type { BuildOptions } from "esbuild";

/** One bundle: its entry, its output path, and its host's requirements. */
export interface BuildTarget {
  readonly name: string;
  /** File below apps/server/src/entries. */
  readonly entry: string;
  /** The file that the host loads, below dist/<name>. */
  readonly out: string;
  readonly options: BuildOptions;
  /** Programs of threads, below the repository's root: each is a file beside the entry. */
  readonly threads?: readonly string[];
  /** How it has the admin: as a folder beside it, or as texts inside, for a host that serves the other files itself. */
  readonly admin?: "folder" | "embedded";
  /** The folder, below dist/<name>, of the files that the host serves itself. */
  readonly site?: string;
  /** Files that packages look for beside their own code at run time, as globs from the repository's root. */
  readonly assets?: { from: string; match: string };
}

/** Packages in CommonJS load Node's modules by `require`, such as ioredis its events; an ES module has to create it. */
const requireBanner = `import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);`;

/** A library in WebAssembly is compiled from its bytes, which are in a part of their own. */
const nodeLike: BuildOptions = {
  platform: "node",
  charset: "ascii",
  target: "node24",
  splitting: true,
  banner: { js: requireBanner },
  loader: { ".wasm": "binary" },
};

/** `ws` is CommonJS and loads Node's modules by `require`, which an ES module does not have. */
const withRequire =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';

/** Hosts with web APIs and a few of Node's modules, which must be imported by their full name. */
const edge: BuildOptions = {
  platform: "neutral",
  target: "es2024",
  mainFields: ["module", "main"],
  external: ["node:*", "cloudflare:*"],
  minify: true,
  loader: { ".wasm": "binary" },
};

const sqliteThreads = ["packages/adapters-sqlite/src/node-reader.ts"];
const programThreads = ["packages/adapters-quickjs/src/threads/quickjs-thread.ts"];
const codecThreads = ["packages/adapters-jsquash/src/codec-thread.ts"];

const pgliteAssets = {
  from: "packages/adapters-postgres/node_modules/@electric-sql/pglite/dist",
  match: "*.{wasm,data}",
};

export const TARGETS: readonly BuildTarget[] = [
  {
    name: "node",
    entry: "node.ts",
    out: "server.mjs",
    options: { ...nodeLike, banner: { js: withRequire } },
    admin: "folder",
    threads: [...sqliteThreads, ...codecThreads, ...programThreads],
    assets: pgliteAssets,
  },
  {
    name: "deno",
    entry: "deno.ts",
    out: "server.mjs",
    options: { ...nodeLike, conditions: ["deno"] },
    admin: "folder",
    threads: [...sqliteThreads, ...codecThreads, ...programThreads],
    assets: pgliteAssets,
  },
  {
    name: "workers",
    entry: "workers.ts",
    out: "worker.js",
    // Code may not compile any there: the host compiles the files, and gives modules.
    options: {
      ...edge,
      conditions: ["workerd", "worker", "browser"],
      splitting: true,
      loader: { ".wasm": "copy" },
    },
  },
  {
    name: "vercel-edge",
    entry: "vercel-edge.ts",
    out: "index.js",
    admin: "embedded",
    options: { ...edge, conditions: ["edge-light", "worker", "browser"] },
  },
  {
    name: "vercel-node",
    entry: "vercel-node.ts",
    out: "index.mjs",
    admin: "folder",
    threads: codecThreads,
    options: { ...nodeLike, minify: true },
  },
  {
    name: "netlify",
    entry: "netlify.ts",
    // Netlify treats each file or folder in here as a separate function.
    out: "edge-functions/plinth/index.js",
    admin: "embedded",
    site: "public",
    options: { ...edge, conditions: ["netlify", "deno", "worker"] },
  },
  {
    name: "lambda",
    entry: "lambda.ts",
    out: "index.mjs",
    admin: "folder",
    threads: codecThreads,
    options: { ...nodeLike, minify: true },
  },
];
