import type { BuildOptions } from "esbuild";

/** One bundle: which entry, where it goes, and what its host is like. */
export interface BuildTarget {
  readonly name: string;
  /** File below apps/server/src/entries. */
  readonly entry: string;
  /** The file that the host loads, below dist/<name>. */
  readonly out: string;
  readonly options: BuildOptions;
  /** Files of packages that find them beside their own code at run time, as globs from the repository's root. */
  readonly assets?: { from: string; match: string };
}

const nodeLike: BuildOptions = { platform: "node", target: "node24", splitting: true };

/** `ws` is CommonJS and asks for Node's modules by `require`, which a module does not have of itself. */
const withRequire =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';

/** Hosts with web APIs and a few of Node's modules, which must be imported by their full name. */
const edge: BuildOptions = {
  platform: "neutral",
  target: "es2024",
  mainFields: ["module", "main"],
  external: ["node:*", "cloudflare:*"],
  minify: true,
};

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
    assets: pgliteAssets,
  },
  {
    name: "deno",
    entry: "deno.ts",
    out: "server.mjs",
    options: { ...nodeLike, conditions: ["deno"] },
    assets: pgliteAssets,
  },
  {
    name: "workers",
    entry: "workers.ts",
    out: "worker.js",
    options: { ...edge, conditions: ["workerd", "worker", "browser"], splitting: true },
  },
  {
    name: "vercel-edge",
    entry: "vercel-edge.ts",
    out: "index.js",
    options: { ...edge, conditions: ["edge-light", "worker", "browser"] },
  },
  { name: "vercel-node", entry: "vercel-node.ts", out: "index.mjs", options: { ...nodeLike, minify: true } },
  {
    name: "netlify",
    entry: "netlify.ts",
    // Netlify takes each file or folder in here for a function of its own.
    out: "edge-functions/plinth/index.js",
    options: { ...edge, conditions: ["netlify", "deno", "worker"] },
  },
  { name: "lambda", entry: "lambda.ts", out: "index.mjs", options: { ...nodeLike, minify: true } },
];
