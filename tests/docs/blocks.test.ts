/** The `ts` blocks of the pages are compiled, and their `html` blocks are parsed: with the code as it is now. */
import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { blocksOf } from "./page.ts";
import { ROOT } from "./server.ts";
import { CONTEXTS, PACKAGES } from "./ts-blocks.ts";

/** Inside the repository, for the packages that blocks import. */
const FOLDER = path.join(ROOT, ".cache", "docs-blocks");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...new Bun.Glob("{docs,examples,packages/client}/**/*.md").scanSync({ cwd: ROOT }),
].sort();
const blocksIn = (page: string, language: string) => blocksOf(readFileSync(path.join(ROOT, page), "utf8"), language);

test("every `ts` block compiles", async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const origin = new Map<string, string>();
  for (const page of pages) {
    const blocks = blocksIn(page, "ts");
    const contexts = CONTEXTS[page] ?? [];
    expect(contexts, `the contexts of ${page} in tests/docs/ts-blocks.ts`).toHaveLength(blocks.length);
    blocks.forEach(({ code, line }, i) => {
      const file = `${page.replaceAll(/[/.]/g, "_")}_${i}.ts`;
      // The context is one line, so that the compiler's lines are the block's.
      const context = contexts[i]!.replaceAll(/\s*\n\s*/g, " ");
      writeFileSync(path.join(FOLDER, file), `${context}\n${code}\nexport {};\n`);
      origin.set(file, `${page}:${line}`);
    });
  }
  writeFileSync(path.join(FOLDER, "packages.d.ts"), PACKAGES);
  writeFileSync(path.join(FOLDER, "tsconfig.json"), JSON.stringify(CONFIG));
  const compiler = Bun.spawn([process.execPath, "x", "tsc", "-p", FOLDER], {
    cwd: ROOT,
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = await new Response(compiler.stdout).text();
  const wrong = output.replaceAll(/^\S*?([^/\s]+\.ts)(?=\()/gm, (all, file) => origin.get(file) ?? all);
  expect(wrong).toBe("");
  expect(await compiler.exited).toBe(0);
  rmSync(FOLDER, { recursive: true, force: true });
});

test("every `html` block closes what it opens, and its scripts are JavaScript", async () => {
  for (const page of pages) {
    for (const { code, line } of blocksIn(page, "html")) {
      const scripts = [...code.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]!);
      const open: string[] = [];
      for (const [, end, name] of code
        .replaceAll(/<script[^>]*>[\s\S]*?<\/script>/g, "")
        .matchAll(/<(\/?)([a-z][\w-]*)/g)) {
        if (end) expect([`${page}:${line}`, open.pop()]).toEqual([`${page}:${line}`, name]);
        else if (!VOID.has(name!)) open.push(name!);
      }
      expect([`${page}:${line}`, open]).toEqual([`${page}:${line}`, []]);
      const transpiler = new Bun.Transpiler({ loader: "js" });
      for (const script of scripts) expect(() => transpiler.transformSync(script), `${page}:${line}`).not.toThrow();
    }
  }
});

/** Elements without an end tag, and those whose end tag may be left out. */
const VOID = new Set(["meta", "link", "input", "br", "img", "hr", "li", "p", "body", "html", "head"]);

const CONFIG = {
  extends: "../../tsconfig.json",
  compilerOptions: {
    // Blocks are parts of programs.
    noUnusedLocals: false,
    noUnusedParameters: false,
    typeRoots: ["../../node_modules/@types"],
    paths: {
      "@plinth/db/tables": ["../../packages/db/src/tables.ts"],
      "@plinth/adapters-quickjs/testing": ["../../packages/adapters-quickjs/src/testing.ts"],
      "@plinth/client/functions": ["../../packages/client/src/function-context/index.ts"],
      "@plinth/client/react": ["../../packages/client/src/react/index.ts"],
      "@plinth/client/sync": ["../../packages/client/src/sync/index.ts"],
      "@plinth/client/tanstack-db": ["../../packages/client/src/tanstack-db.ts"],
      "@tanstack/db": ["../../packages/client/node_modules/@tanstack/db"],
      "@plinth/*": ["../../packages/*/src/index.ts"],
      "@server/*": ["../../apps/server/src/*"],
      standardwebhooks: ["../../apps/server/node_modules/standardwebhooks"],
      zod: ["../../packages/engine/node_modules/zod"],
    },
  },
  include: ["*.ts"],
  exclude: [],
};
