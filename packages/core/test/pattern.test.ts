import { describe, expect, test } from "bun:test";
import { coerce, compilePattern } from "@plinth/core";
import fc from "fast-check";

const PATTERNS = [
  "^[A-Z]+$",
  "(a+)+$",
  "^[^';]*$",
  "a.c",
  "^\\s*\\S+\\s*$",
  "[\\s,]b",
  "\\bab\\b",
  "^\\p{L}+$",
  "^\\P{Lu}*$",
  "\\p{Script=Greek}",
  "^(?<year>\\d{4})-(?<month>\\d\\d)$",
  "\\u{1F600}|\\ud83d\\ude01|\\u00e9",
  "^[^]$",
  "[]|b",
  "[a[]b",
  "[.]",
  "[\\b\\cA]|\\cJ",
  "^(?:a|b)??c$",
  "^a{2,3}$",
  "\\.$",
  "x$",
  "[\\-\\]\\\\/]",
];
const parts = [
  "a",
  "b",
  "c",
  "x",
  "A",
  "é",
  "É",
  "Ω",
  "1",
  "2",
  "-",
  ".",
  ";",
  "[",
  "]",
  "\\",
  "/",
  " ",
  "\n",
  "\r",
  "\u2028",
  "\u00a0",
  "\ufeff",
  "\b",
  "😀",
  "😁",
  "2024-05",
];
const anyText = fc.array(fc.constantFrom(...parts), { maxLength: 6 }).map((list) => list.join(""));

describe("a field's pattern", () => {
  test.each(PATTERNS.map((source) => [source]))("%s matches what JavaScript matches", (source) => {
    const { test: matches } = compilePattern(source);
    const expected = new RegExp(source, "u");
    fc.assert(
      fc.property(anyText, (text) => {
        expect(matches(text)).toBe(expected.test(text));
      }),
      { numRuns: 300 },
    );
  });

  test("is decided at once where one way after another would never end", () => {
    expect(compilePattern("(a+)+$").test(`${"a".repeat(1000)}!`)).toBe(false);
    expect(compilePattern("^(\\w+\\s?)*$").test(`${"ab ".repeat(1000)}!`)).toBe(false);
  });

  test.each([
    ["(", "not a valid"],
    ["(?=a)b", "lookahead"],
    ["(?<!a)b", "lookahead or lookbehind"],
    ["(a)\\1", "backreference"],
    ["a{1001}", "1000 times"],
    ["(\\p{L}{0,500}){0,2}(\\p{L}{0,500}){0,2}", "too large"],
  ])("%s is refused with the reason", (source, reason) => {
    expect(() => compilePattern(source)).toThrow(reason);
  });

  test("bounds the text that it is matched with, by its own size", () => {
    const field = { name: "body", type: "longtext", pattern: "^[a-z]{0,900}$" } as const;
    expect(() => coerce(field, "a".repeat(2_000_000))).toThrow("characters, the limit for the pattern");
    expect(compilePattern("^[A-Z]+$").maxChars).toBeGreaterThan(100_000);
    expect(compilePattern("^[a-z]{0,900}$").maxChars).toBeGreaterThanOrEqual(1024);
  });

  test("that was stored before and cannot be matched says so to who writes", () => {
    expect(() => coerce({ name: "code", type: "text", pattern: "(?=a)b" }, "ab")).toThrow(
      "give the field another pattern",
    );
  });
});
