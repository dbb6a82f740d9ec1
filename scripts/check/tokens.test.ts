import { describe, expect, test } from "bun:test";
import { tokenize } from "./tokens.ts";

const names = (source: string) =>
  tokenize(source)
    .filter((token) => token.kind === "name")
    .map((token) => token.text);

describe("tokenize", () => {
  test("leaves comments out and keeps line numbers", () => {
    const tokens = tokenize("// process\n/* Bun\n Deno */ x");
    expect(tokens).toEqual([{ kind: "name", text: "x", line: 3 }]);
  });

  test("reads strings as strings, escapes included", () => {
    expect(tokenize(`"a\\"b" 'c' y`).map((token) => token.text)).toEqual([`a"b`, "c", "y"]);
  });

  test("looks into the expressions of a template, nested ones too", () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: these strings are source code
    expect(names("`plain ${outer(`${inner}`)} text` + after")).toEqual(["outer", "inner", "after"]);
    expect(names("`${{ a: { b } }}` + c")).toEqual(["a", "b", "c"]);
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: these strings are source code
  });

  test("tells a regular expression from a division", () => {
    expect(names("x = /[\"'`]/g; y")).toEqual(["x", "y"]);
    expect(names("a / b; c / d")).toEqual(["a", "b", "c", "d"]);
    expect(names("return /[/]process/.test(z)")).toEqual(["return", "test", "z"]);
  });

  test("skips the line that names an interpreter", () => {
    expect(tokenize("#!/usr/bin/env bun\nx")).toEqual([{ kind: "name", text: "x", line: 2 }]);
  });

  test("ends quietly on an unfinished file", () => {
    expect(names("a `b")).toEqual(["a"]);
    expect(names("a /* b")).toEqual(["a"]);
    expect(names('a "b')).toEqual(["a"]);
  });
});
