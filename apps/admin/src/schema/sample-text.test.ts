import { expect, test } from "bun:test";
import { coerce } from "@plinth/core";
import { sampleText } from "./sample-text.ts";

const PATTERNS = [
  "^[a-z0-9]+(?:-[a-z0-9]+)*$",
  "^[A-Z]{2}\\d+$",
  "^[A-Z]{3}-\\d{4}$",
  "^\\d{5}$",
  "^#[0-9a-f]{6}$",
  "^(draft|final)$",
  "^https://.+\\.pdf$",
  "^\\+?[1-9][0-9]{6,14}$",
  "^v(\\d+)\\.(\\d+)\\.(\\d+)$",
  "^[^0-9]{4}$",
];

test("a sample satisfies the field's pattern", () => {
  for (const pattern of PATTERNS) {
    const field = { name: "code", type: "text", pattern } as const;
    expect(() => coerce(field, sampleText(field)), `${pattern}: ${sampleText(field)}`).not.toThrow();
  }
});

test("a sample satisfies the field's lengths", () => {
  expect(sampleText({ max_length: 3 })).toBe("Ada");
  expect(sampleText({ min_length: 20 }).length).toBeGreaterThanOrEqual(20);
  expect(sampleText({})).toBe("Ada Lovelace");
  expect(sampleText({ pattern: "^[a-z]+$", min_length: 9 }).length).toBeGreaterThanOrEqual(9);
});
