import { expect, test } from "bun:test";
import { importsOf, isBuiltin, packageOf } from "./imports.ts";
import { tokenize } from "./tokens.ts";

const found = (source: string) => importsOf(tokenize(source)).map(({ specifier, kind }) => `${kind} ${specifier}`);

test("every form of import is found with its kind", () => {
  expect(found('import "a"')).toEqual(["static a"]);
  expect(found('import x, { y as z, type T } from "a"')).toEqual(["static a"]);
  expect(found('import * as x from "a"')).toEqual(["static a"]);
  expect(found('import type { T } from "a"')).toEqual(["type a"]);
  expect(found('import type T from "a"')).toEqual(["type a"]);
  expect(found('import type from "a"')).toEqual(["static a"]);
  expect(found('import data from "./a.json" with { type: "json" }')).toEqual(["static ./a.json"]);
  expect(found('export { x } from "a"')).toEqual(["static a"]);
  expect(found('export * as ns from "a"')).toEqual(["static a"]);
  expect(found('export type { T } from "a"')).toEqual(["type a"]);
  expect(found('await import("a"); require("b")')).toEqual(["dynamic a", "dynamic b"]);
  expect(found('import {\n  x,\n} from "a";\nimport "b"')).toEqual(["static a", "static b"]);
});

test("what only looks like an import is none", () => {
  expect(found('// import "a"\nconst s = `import "a"`; const t = \'from "a"\'')).toEqual([]);
  expect(found('export const from = "a"; export { x }; const y = import.meta.url')).toEqual([]);
  expect(found('x.import("a"); export function f(from = "a") {}')).toEqual([]);
  expect(found('export type T = { a: string }; export default "a"')).toEqual([]);
});

test("names the package of a path and knows what a runtime brings along", () => {
  expect(packageOf("@scope/name/sub")).toBe("@scope/name");
  expect(packageOf("name/sub/path")).toBe("name");
  expect(["node:fs", "bun:test", "bun", "cloudflare:workers"].every(isBuiltin)).toBe(true);
  expect(isBuiltin("bundle")).toBe(false);
});
