import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { meterWasm } from "../../packages/adapters-quickjs/src/meter.ts";
import { type AdminBuild, adminBuild, embeddedTexts, filesBelow, hashedFiles } from "./admin.ts";
import { HASHED_HEADERS } from "./hashed-headers.ts";
import { ROOT } from "./root.ts";
import { type BundleSize, measure } from "./sizes.ts";
import type { BuildTarget } from "./targets.ts";
import { type OutputFile, writeFolder } from "./write-folder.ts";

/** Bundles one target into dist/<name>. */
export async function buildTarget(target: BuildTarget, plugins: Plugin[] = []): Promise<BundleSize> {
  const admin = await adminBuild();
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
    assetNames: `${folder}/[name]-[hash]`,
    bundle: true,
    format: "esm",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
    plugins: [nodePrefix, globalFetch, meteredQuickjs(target), ...plugins],
    ...target.options,
    ...(target.admin === "embedded" && { define: { PLINTH_ADMIN: JSON.stringify(embeddedTexts(admin)) } }),
  });
  const assets = target.assets ? assetsOf(target.assets, folder) : [];
  const own = target.admin === "folder" ? filesBelow(`${folder}/admin`, admin) : [];
  const site = target.site ? siteOf(`${folder}/${target.site}`, admin) : [];
  writeFolder(join(ROOT, folder), [...outputFiles!, ...assets, ...own, ...site]);
  return measure(metafile!, out, ROOT);
}

/** What Netlify publishes beside its function. Its file of headers is described at https://docs.netlify.com/routing/headers. */
function siteOf(folder: string, admin: AdminBuild): OutputFile[] {
  const headers = Object.entries(HASHED_HEADERS).map(([name, value]) => `  ${name}: ${value}\n`);
  const contents = new TextEncoder().encode(`/admin/assets/*\n${headers.join("")}`);
  return [...filesBelow(`${folder}/admin`, hashedFiles(admin)), { path: join(ROOT, folder, "_headers"), contents }];
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

/** What GraphQL's server takes for hosts without the classes of the Web. Every host here has them, and some have none of Node's modules. */
const globalFetch: Plugin = {
  name: "global-fetch",
  setup({ onResolve, resolve }) {
    const name = "@whatwg-node/fetch";
    onResolve({ filter: /^@whatwg-node\/fetch$/ }, ({ resolveDir, kind }) =>
      resolve(`${name}/dist/global-ponyfill.js`, { resolveDir, kind }),
    );
  },
};

/** The interpreter of functions, in the form in which its loops count: Workers could not change it. */
function meteredQuickjs({ options }: BuildTarget): Plugin {
  return {
    name: "metered-quickjs",
    setup({ onLoad }) {
      onLoad({ filter: /quickjs-wasmfile-release-sync.*\.wasm$/ }, ({ path }) => ({
        contents: meterWasm(readFileSync(path)),
        loader: options.loader?.[".wasm"] ?? "binary",
      }));
    },
  };
}

function assetsOf({ from, match }: { from: string; match: string }, folder: string) {
  const source = join(ROOT, from);
  return [...new Bun.Glob(match).scanSync(source)].map((file) => ({
    path: join(ROOT, folder, file),
    contents: readFileSync(join(source, file)),
  }));
}
