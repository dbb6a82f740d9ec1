import { readFile } from "node:fs/promises";
import { engineFrom } from "./engine.ts";

/** QuickJS from its package, without a bundle. */
export const installedEngine = engineFrom(() =>
  readFile(new URL(import.meta.resolve("@jitl/quickjs-wasmfile-release-sync/wasm"))),
);
