import { readFile } from "node:fs/promises";
// As a file, so that a program that is compiled from the sources has it too.
import file from "@jitl/quickjs-wasmfile-release-sync/wasm" with { type: "file" };
import { engineFrom } from "./engine.ts";

/** QuickJS from its package, without a bundle. */
export const installedEngine = engineFrom(() => readFile(file as unknown as string));
