import { expect, test } from "bun:test";
import { coerce, excerpt, fieldType, integerField, invalid, isPlainNumber, pathSteps, typeOfCell } from "@plinth/core";
import fc from "fast-check";

/** Each of these took minutes or more where a regular expression tries every way to split a text. */
const LENGTH = 1_000_000;

test("long cells are read in time linear in their length", () => {
  const digits = "1".repeat(LENGTH);
  const { readCell } = fieldType(integerField("n"));
  for (const cell of [`${digits}x`, `${digits}.x`, `-${digits}e`, `${digits}e1x`, `0.${digits}x`]) {
    expect(readCell(cell, "n")).toBe(cell);
    expect(typeOfCell(cell)).toBe("text");
    expect(isPlainNumber(cell)).toBe(false);
  }
});

test("long addresses are refused before they are matched", () => {
  expect(() => coerce({ name: "mail", type: "email" }, `${"a.".repeat(LENGTH / 2)}@`, "mail")).toThrow(/at most 254/);
});

test("a long path is refused before it is parsed", () => {
  expect(() => pathSteps(`tags${"[1]".repeat(LENGTH)}!`, "filter")).toThrow(/at most 2500 characters/);
});

test("indexes at the end of a segment are steps, and nothing else in brackets is", () => {
  expect(pathSteps("a[0][-1].b[12]", "p")).toEqual(["a", 0, -1, "b", 12]);
  for (const key of ["[0]", "a[01]", "a[-0]", "a[0]b", "a[]", "a[1", "a]", "a[1234567890]"])
    expect(pathSteps(key, "p")).toEqual([key]);
  expect(pathSteps("[0][1]", "p")).toEqual(["[0]", 1]);
  const pattern = /^(.+?)((?:\[(?:0|-?[1-9]\d{0,8})\])+)$/;
  const anySegment = fc.array(fc.constantFrom("[", "]", "0", "1", "12", "-", "a", "[3]", "[-1]"), { maxLength: 9 });
  fc.assert(
    fc.property(anySegment, (parts) => {
      const segment = parts.join("");
      const [, key, indexes] = pattern.exec(segment) ?? [];
      const steps = key === undefined ? [segment] : [key, ...indexes!.slice(1, -1).split("][").map(Number)];
      expect(pathSteps(segment, "p")).toEqual(steps);
    }),
  );
});

test("an error shows the beginning and the end of a long name, never half a character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const shown = excerpt(text);
      expect(shown.length).toBeLessThanOrEqual(100);
      if (text.length > 100 && text.isWellFormed()) expect(shown.isWellFormed()).toBe(true);
      const { message, details } = invalid(`filter.${text}`, "is wrong");
      expect(message.length).toBeLessThan(120);
      expect(message).toBe(`${details?.field}: is wrong`);
    }),
  );
});
