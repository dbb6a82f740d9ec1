import { expect, test } from "bun:test";
import { formatBytes, formatCount, formatDuration, formatRelative } from "./format.ts";

test("bytes are shown in the largest unit with few digits", () => {
  const shown = [0, 999, 1500, 999_499, 999_500, 36_250_000, 5e15].map((bytes) => formatBytes(bytes, "en"));
  expect(shown).toEqual(["0 bytes", "999 bytes", "1.5 kB", "999 kB", "1 MB", "36.3 MB", "5 PB"]);
  expect(formatBytes(1500, "de")).toBe("1,5 kB");
});

test("counts are grouped by the language, also beyond the exact integers of a double", () => {
  expect(formatCount(1_234_567, "en")).toBe("1,234,567");
  expect(formatCount(9_007_199_254_740_993n, "de")).toBe("9.007.199.254.740.993");
  expect(formatCount(1_234_567, "en", true)).toBe("1.2M");
});

test("a time is shown by its distance, in both directions", () => {
  const now = new Date("2026-11-29T18:00:00Z");
  const at = (iso: string) => formatRelative(new Date(iso), now, "en");
  expect(at("2026-11-29T17:59:55Z")).toBe("now");
  expect(at("2026-11-29T17:59:01Z")).toBe("59 seconds ago");
  expect(at("2026-11-29T17:00:00Z")).toBe("1 hour ago");
  expect(at("2026-11-28T18:00:00Z")).toBe("yesterday");
  expect(at("2026-12-02T18:00:00Z")).toBe("in 3 days");
  expect(at("2024-11-29T00:00:00Z")).toBe("2 years ago");
});

test("durations are shown in the unit that fits", () => {
  expect([0.75, 12.34, 1500].map((milliseconds) => formatDuration(milliseconds, "en"))).toEqual([
    "750 μs",
    "12 ms",
    "1.5 sec",
  ]);
});
