import { expect, test } from "bun:test";
import { readSource } from "./files.ts";
import { checkRuntimeNames } from "./runtime-names.ts";

const problemsIn = (code: string, file = "packages/engine/src/a.ts") =>
  checkRuntimeNames([readSource(file, code)]).map((problem) => problem.message);

test.each([
  "process.env.PORT",
  "const x = { y: process.env }",
  "ok ? process : null",
  "typeof Bun",
  "globalThis.Deno",
  "globalThis.__env__",
  "navigator.userAgent",
  "Buffer.from(x)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this string is source code
  "`${process.pid}`",
  'import fs from "node:fs"',
  'import { Database } from "bun:sqlite"',
  'const x = require("x")',
  'if (name === "deno") f()',
  'if ("workers" !== name) f()',
  'switch (name) { case "lambda": f() }',
])("refuses %s", (code) => {
  expect(problemsIn(code)).toHaveLength(1);
});

test.each([
  "// process.env",
  '"process.env"',
  "job.process()",
  "const x = { process: 1 }",
  "interface X { process?: string; Buffer: number }",
  "navigator.language",
  'const hosts = ["bun", "deno"]',
  "const processor = 1; const Bundle = 2",
])("allows %s", (code) => {
  expect(problemsIn(code)).toEqual([]);
});

test("platforms, adapters, tools and tests may", () => {
  for (const file of [
    "apps/server/src/entries/bun.ts",
    "apps/server/src/platform/bun.ts",
    "packages/adapters-sqlite/src/bun.ts",
    "packages/cli/src/main.ts",
    "packages/engine/src/a.test.ts",
    "scripts/build.ts",
    "tests/matrix/matrix.ts",
  ]) {
    expect(problemsIn("process.env", file)).toEqual([]);
  }
  expect(problemsIn("process.env", "apps/server/src/app.ts")).toHaveLength(1);
});
