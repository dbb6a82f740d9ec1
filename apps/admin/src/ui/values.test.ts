import { expect, test } from "bun:test";
import { acceptsFile } from "./accept-file.ts";
import { fromLocalInput, toLocalInput } from "./date-time-value.ts";
import { initialsOf } from "./initials.ts";
import { parseNumber, plainNumber, stepNumber } from "./number-text.ts";
import { shortcutKeys } from "./shortcut.ts";
import { filterOptions } from "./use-options.ts";

test("numbers are read as people type them, and nothing else is taken for one", () => {
  const read = (text: string) => parseNumber(text, "en-US");
  expect(["42", " 1 000,5 ", "-.5", "1e3", "", "1,5"].map(read)).toEqual([42, 1000.5, -0.5, 1000, null, 1.5]);
  expect(["abc", "1.2.3", "1,23,4", "1,234.5.6", "-", "0x10", "1e999"].map(read)).toEqual(Array(7).fill(undefined));
});

test("thousands are separated as the language does, and exact digits stay", () => {
  const read = (language: string, ...texts: string[]) => texts.map((text) => plainNumber(text, language));
  expect(read("en-US", "1,749.23", "1,749", "-1,234,567.80", "1749.230")).toEqual([
    "1749.23",
    "1749",
    "-1234567.80",
    "1749.230",
  ]);
  expect(read("de-DE", "1.749,23", "1.749.000", "1749,5", "1.749", "1749.23", "1,749")).toEqual([
    "1749.23",
    "1749000",
    "1749.5",
    "1.749",
    "1749.23",
    "1.749",
  ]);
  expect(read("de-CH", "1’749.23", "1'749")).toEqual(["1749.23", "1749"]);
  expect(read("fr-FR", "1\u202f749,23", "1 749,23")).toEqual(["1749.23", "1749.23"]);
  expect(read("en-IN", "12,34,567.5")).toEqual(["1234567.5"]);
  expect(read("en-US", "1.749,23", "12,34.5", "1,,234")).toEqual([undefined, undefined, undefined]);
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
