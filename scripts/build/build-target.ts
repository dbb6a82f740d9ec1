import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { type BundleSize, measure } from "./sizes.ts";
import type { BuildTarget } from "./targets.ts";
import { writeFolder } from "./write-folder.ts";

export const ROOT = join(import.meta.dirname, "../..");

/** Bundles one target into dist/<name>. */
export async function buildTarget(target: BuildTarget, plugins: Plugin[] = []): Promise<BundleSize> {
  const folder = `dist/${target.name}`;
  const out = `${folder}/${target.out}`;
  const extension = out.slice(out.lastIndexOf("."));
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: `apps/server/src/entries/${target.entry}`, out: out.slice(0, -extension.length) },
      ...(target.threads ?? []).map((path) => ({ in: path, out: `${dirname(out)}/${basename(path, ".ts")}` })),
    ],
    outdir: ".",
    outExtension: { ".js": extension },
    chunkNames: `${folder}/[name]-[hash]`,
    bundle: true,
    format: "esm",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
    plugins: [nodePrefix, ...plugins],
    ...target.options,
  });
  const assets = target.assets ? assetsOf(target.assets, folder) : [];
  writeFolder(join(ROOT, folder), [...outputFiles!, ...assets]);
  return measure(metafile!, out, ROOT);
}

/** Only Node itself resolves its modules by their short names. */
const nodePrefix: Plugin = {
  name: "node-prefix",
  setup({ onResolve }) {
    const names =
      /^(assert|async_hooks|buffer|crypto|events|fs|http|https|net|os|path|perf_hooks|process|stream|string_decoder|timers|tls|url|util|zlib)(\/\w+)?$/;
    onResolve({ filter: names }, ({ path }) => ({ path: `node:${path}`, external: true }));
  },
};

function assetsOf({ from, match }: { from: string; match: string }, folder: string) {
  const source = join(ROOT, from);
  return [...new Bun.Glob(match).scanSync(source)].map((file) => ({
    path: join(ROOT, folder, file),
    contents: readFileSync(join(source, file)),
  }));
}
