import { expect, test } from "bun:test";
import { sparklinePath } from "./chart-data.ts";
import { diffFields, isEqual } from "./diff-fields.ts";
import { diffWords } from "./word-diff.ts";

const shown = (before: string, after: string) =>
  diffWords(before, after)
    .map(({ kind, text }) => (kind === "same" ? text : kind === "added" ? `{+${text}}` : `{-${text}}`))
    .join("");

test("texts are compared word by word", () => {
  expect(shown("the quick fox", "the slow fox")).toBe("the {-quick}{+slow} fox");
  expect(shown("", "new")).toBe("{+new}");
  expect(shown("a, b", "a; b")).toBe("a{-,}{+;} b");
  expect(shown("Größe zählt", "Größe zählt nicht")).toBe("Größe zählt{+ nicht}");
  expect(shown("same", "same")).toBe("same");
  expect(diffWords("", "")).toEqual([]);
});

test("both sides can be read from the parts, also of long texts", () => {
  const long = (seed: number) => Array.from({ length: 3000 }, (_, at) => `w${(at * seed) % 97}`).join(" ");
  for (const [before, after] of [["a b c d", "d c b a"] as const, [long(3), long(7)] as const]) {
    const parts = diffWords(before, after);
    const side = (kind: string) =>
      parts
        .filter((part) => part.kind !== kind)
        .map((part) => part.text)
        .join("");
    expect(side("added")).toBe(before);
    expect(side("removed")).toBe(after);
  }
});

test("objects are compared by field, whatever the order of keys", () => {
  const diffs = diffFields(
    { a: 1, b: { x: 1, y: [1, 2] }, gone: null },
    { b: { y: [1, 2], x: 1 }, a: 2, c: undefined },
  );
  expect(diffs.map(({ field, kind }) => [field, kind])).toEqual([
    ["b", "same"],
    ["a", "changed"],
    ["c", "added"],
    ["gone", "removed"],
  ]);
  expect(isEqual({ a: undefined }, { b: undefined })).toBe(false);
  expect(isEqual([], {})).toBe(false);
  expect(isEqual(null, {})).toBe(false);
});

test("a sparkline fills its box and breaks at gaps", () => {
  expect(sparklinePath([0, 10, null, 5, 5], 100, 20)).toBe("M0 20L25 0M75 10L100 10");
  expect(sparklinePath([3, 3], 100, 20)).toBe("M0 10L100 10");
  expect(sparklinePath([], 100, 20)).toBe("");
});
