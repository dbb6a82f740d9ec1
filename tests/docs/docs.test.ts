import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import path from "node:path";
import { difference, type Example, examplesOf, lastJson } from "./page.ts";
import { runPage } from "./run-page.ts";
import { ROOT, setUp, startServer } from "./server.ts";

/** Pages whose own commands make the first account. */
const FROM_SCRATCH = ["README.md"];

/** Programs beside the shell and curl that a page's commands use. */
const PROGRAMS: Record<string, readonly string[]> = { "docs/operate.md": ["sqlite3"] };

const pages = ["README.md", ...new Bun.Glob("{docs,examples}/**/*.md").scanSync({ cwd: ROOT })].sort();
const tools = ["bash", "curl"].filter((tool) => !Bun.which(tool));
const why = tools.length > 0 ? ` — there is no ${tools.join(" and no ")} here` : "";

describe.skipIf(tools.length > 0)(`the examples of${why}`, () => {
  for (const page of pages) {
    const examples = examplesOf(readFileSync(path.join(ROOT, page), "utf8"));
    for (const { line, skip } of examples.filter((e) => e.skip)) console.log(`not run: ${page}:${line}, as ${skip}`);
    const runnable = examples.filter((e) => !e.skip);
    const missing = (PROGRAMS[page] ?? []).filter((program) => !Bun.which(program));
    const name = missing.length > 0 ? `${page} — there is no ${missing.join(" and no ")} here` : page;
    if (runnable.length > 0) test.skipIf(missing.length > 0)(name, () => check(page, runnable));
  }
});

async function check(page: string, examples: readonly Example[]): Promise<void> {
  const server = await startServer();
  try {
    const env = FROM_SCRATCH.includes(page) ? {} : await setUp(server.url);
    expect(await runPage(examples, server, env)).toEqual([]);
  } finally {
    await server.stop();
  }
}

describe("an answer", () => {
  test("may have more keys than the page shows, but not more entries", () => {
    expect(difference({ a: 1 }, { a: 1, b: 2 })).toBeUndefined();
    expect(difference({ a: [{ b: "…" }] }, { a: [{ b: null }] })).toBeUndefined();
    expect(difference([1], [1, 2])).toContain("2 entries");
    expect(difference({ a: "x…z" }, { a: "xyz" })).toBeUndefined();
    expect(difference({ a: { b: 1 } }, { a: { b: 2 } })).toBe("answer.a.b is 2");
    expect(difference({ a: "…" }, {})).toBe("answer.a is missing");
  });

  test("is the last JSON that was printed", () => {
    expect(lastJson('{"a":1}{"b":[{}]}\n')).toEqual({ b: [{}] });
    expect(lastJson("nothing")).toBeUndefined();
  });
});
