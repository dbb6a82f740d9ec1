import { expect, test } from "bun:test";
import { acceptsFile } from "./accept-file.ts";
import { fromLocalInput, toLocalInput } from "./date-time-value.ts";
import { initialsOf } from "./initials.ts";
import { parseNumber, stepNumber } from "./number-text.ts";
import { shortcutKeys } from "./shortcut.ts";
import { filterOptions } from "./use-options.ts";

test("numbers are read as people type them, and nothing else is taken for one", () => {
  expect(["42", " 1 000,5 ", "-.5", "1e3", ""].map(parseNumber)).toEqual([42, 1000.5, -0.5, 1000, null]);
  expect(["abc", "1.2.3", "1,234,567", "-", "0x10", "1e999"].map(parseNumber)).toEqual(Array(6).fill(undefined));
});

test("a step stays within the bounds and free of binary fractions", () => {
  expect(stepNumber(0.1, 0.2)).toBe(0.3);
  expect(stepNumber(null, 1)).toBe(1);
  expect(stepNumber(9, 10, 0, 10)).toBe(10);
});

test("a UTC time goes through a local field unchanged", () => {
  for (const iso of ["2026-11-29T18:30:00.000Z", "2026-01-01T00:00:07.000Z", "2026-06-30T23:59:59.987Z"]) {
    expect(fromLocalInput(toLocalInput(iso))).toBe(iso);
  }
  expect(toLocalInput("soon")).toBe("");
  expect(fromLocalInput("")).toBeNull();
});

test("files are accepted by ending, type or group of types", () => {
  const csv = { name: "Posts.CSV", type: "text/csv" };
  expect(
    [".csv,.json", "text/csv", "text/*", "", "image/*", ".json"].map((accept) => acceptsFile(csv, accept)),
  ).toEqual([true, true, true, true, false, false]);
});

test("initials are whole characters", () => {
  expect(["Ada Lovelace", "ada@example.com", "Ada de la Cruz", "🦉 Owl", ""].map(initialsOf)).toEqual([
    "AL",
    "A",
    "AC",
    "🦉O",
    "?",
  ]);
});

test("a shortcut is shown as the keyboard names its keys", () => {
  expect(shortcutKeys("mod+shift+k", true)).toEqual(["⌘", "⇧", "K"]);
  expect(shortcutKeys("mod+Enter", false)).toEqual(["Ctrl", "↵"]);
});

test("choices are found by all words, without regard to case and accents", () => {
  const options = [
    { value: "1", label: "Zürich West" },
    { value: "2", label: "Bern" },
  ];
  const found = (query: string) => filterOptions(options, query).map((option) => option.value);
  expect([found("west zurich"), found("BERN"), found("zurich bern"), found(" ")]).toEqual([
    ["1"],
    ["2"],
    [],
    ["1", "2"],
  ]);
});
