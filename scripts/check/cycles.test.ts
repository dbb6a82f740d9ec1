import { expect, test } from "bun:test";
import { cyclesIn, fileCycles, folderCycles, packageCycles } from "./cycles.ts";
import { type Manifest, readSource } from "./files.ts";

const files = (code: Record<string, string>) => Object.entries(code).map(([file, text]) => readSource(file, text));

test("files that import each other are a cycle", () => {
  const problems = fileCycles(
    files({ "a/x.ts": 'import "./y.ts"', "a/y.ts": 'export * from "../a/x.ts"', "a/z.ts": 'import "./x.ts"' }),
  );
  expect(problems).toHaveLength(1);
  expect(problems[0]!.message).toMatch(/a\/[xy]\.ts → a\/[xy]\.ts → a\/[xy]\.ts/);
});

test("types and dynamic imports may go round", () => {
  expect(fileCycles(files({ "x.ts": 'import type { Y } from "./y.ts"', "y.ts": 'import "./x.ts"' }))).toEqual([]);
  expect(fileCycles(files({ "x.ts": 'import("./y.ts")', "y.ts": 'import "./x.ts"' }))).toEqual([]);
});

test("folders of a package that depend on each other are a cycle, types included", () => {
  const problems = folderCycles(
    files({
      "packages/a/src/read/x.ts": 'import type { Y } from "../write/y.ts"',
      "packages/a/src/write/deep/z.ts": 'import "../../read/x.ts"',
      "packages/a/src/write/y.test.ts": 'import "../read/x.ts"',
      "packages/a/src/write/deep/v.ts": 'import "../y.ts"',
      "packages/b/src/read/x.ts": 'import "../write/y.ts"',
    }),
  );
  expect(problems.map(({ message }) => message)).toEqual([
    "folders depend on each other: packages/a/src/read → packages/a/src/write → packages/a/src/read",
  ]);
});

test("so are folders that lie deep, and a folder and a file beside it; types of two files may go round", () => {
  const problems = folderCycles(
    files({
      "packages/a/src/users/keys/x.ts": 'import type { Y } from "../tokens/y.ts"',
      "packages/a/src/users/tokens/y.ts": 'import "../keys/x.ts"',
      "packages/b/src/users/state.ts": 'import type { X } from "./keys/x.ts"',
      "packages/b/src/users/keys/x.ts": 'import type { Y } from "../roles.ts"',
      "packages/b/src/users/roles.ts": 'import type { Z } from "./state.ts"',
      "packages/c/src/users/one.ts": 'import type { Y } from "./other.ts"',
      "packages/c/src/users/other.ts": 'import type { Z } from "./one.ts"',
    }),
  );
  const users = "packages/b/src/users";
  expect(problems.map(({ message }) => message)).toEqual([
    "folders depend on each other: packages/a/src/users/keys → packages/a/src/users/tokens → packages/a/src/users/keys",
    `folders depend on each other: ${users}/state.ts → ${users}/keys → ${users}/roles.ts → ${users}/state.ts`,
  ]);
});

test("packages that depend on each other are a cycle, by manifest or by import, types included", () => {
  const manifest = (name: string, dependencies: string[]): Manifest => ({
    folder: `packages/${name}/`,
    name,
    dependencies,
    devDependencies: [],
  });
  const sources = files({
    "packages/b/src/i.ts": 'import type { A } from "a"',
    "packages/b/src/i.test.ts": 'import "c"',
  });
  expect(packageCycles(sources, [manifest("a", ["b"]), manifest("b", []), manifest("c", ["b"])])).toEqual([
    { file: expect.stringMatching(/^packages\/[ab]\/package.json$/), message: expect.stringContaining("→") },
  ]);
  expect(packageCycles([], [manifest("a", ["b"]), manifest("b", ["a"])])).toHaveLength(1);
  expect(packageCycles([], [manifest("a", ["b"]), manifest("b", [])])).toEqual([]);
});

test("two knots are two cycles, and a loop onto itself is one", () => {
  const graph = new Map(
    Object.entries({ a: ["b"], b: ["c"], c: ["a"], d: ["e", "a"], e: ["d"], f: ["f"], g: ["a"] }).map(([k, v]) => [
      k,
      new Set(v),
    ]),
  );
  expect(cyclesIn(graph).map((cycle) => cycle.toSorted().join(""))).toEqual(["abc", "de", "f"]);
});
