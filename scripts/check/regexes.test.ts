import { expect, test } from "bun:test";
import { readSource } from "./files.ts";
import { checkRegexes, isLinear } from "./regexes.ts";

const LINEAR = [
  "/^[a-z][a-z0-9_]*$/",
  "/[^a-z0-9]+/g",
  String.raw`/^-?(?:0|[1-9]\d*)?\.\d+$/`,
  String.raw`/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/`,
  String.raw`/^\s*(?:W\/)?"[^"]*"\s*(?:,\s*(?:W\/)?"[^"]*"\s*)*$/`,
  String.raw`/(W\/)?"([^"]*)"/g`,
  String.raw`/^"((?:[ !#-[\]-~]|\\["\\])*)"$/`,
  "/^a.*/s",
  "/([A-Z])(?=[A-Z][a-z])/g",
];

const OTHERS = [
  // The parser of paths, the cells of numbers and the names of columns, as they once were.
  String.raw`/^(.+?)((?:\[(?:0|-?[1-9]\d{0,8})\])+)$/`,
  String.raw`/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/`,
  "/([A-Z]+)([A-Z][a-z])/g",
  "/^_+|_+$/g",
  "/(a+)+$/",
  "/^(a+)+$/",
  "/^(?:a*b*)*$/",
  "/^(a|a)*b/",
  String.raw`/^(\w+\s?)*$/`,
  String.raw`/\s+$/`,
  "/^a*a*b/",
];

test.each(LINEAR)("%s is linear", (literal) => {
  expect(isLinear(literal)).toBe(true);
});

test.each(OTHERS)("%s is not", (literal) => {
  expect(isLinear(literal)).toBe(false);
});

test("one in shipped code is a problem; in a test it is not", () => {
  const text = "export const ends = /x+$/;\n";
  expect(checkRegexes([readSource("packages/core/src/a.ts", text)])).toMatchObject([
    { file: "packages/core/src/a.ts", line: 1, message: expect.stringContaining("/x+$/") },
  ]);
  expect(checkRegexes([readSource("packages/core/src/a.test.ts", text)])).toEqual([]);
  expect(checkRegexes([readSource("scripts/a.ts", text)])).toEqual([]);
});
