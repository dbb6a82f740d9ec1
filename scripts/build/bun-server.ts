import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { assetsOf, ENTRIES } from "../bootstrap/compile.mjs";
import { ROOT } from "./root.ts";

/** The server as scripts for any Bun, with the program of its threads and PGlite's files. */
export async function bundleBunServer(folder: string): Promise<void> {
  await Bun.build({
    entrypoints: ENTRIES.map((file) => join(ROOT, file)),
    outdir: folder,
    target: "bun",
    splitting: true,
    naming: "[name].[ext]",
  });
  const assets = assetsOf(ROOT);
  for (const name of assets.names) copyFileSync(join(assets.folder, name), join(folder, name));
}
