import { expect, test } from "bun:test";
import { readCommaFor } from "../src/numbers.ts";

test("with a decimal comma, a point groups thousands and is never dropped from a fraction", () => {
  const field = { name: "n", type: "number" } as const;
  for (const [text, read] of [
    ["1.234,50", "1234.50"],
    ["12.345.678", "12345678"],
    ["0,125", "0.125"],
    ["-1,5", "-1.5"],
  ] as const)
    expect(readCommaFor(field, text)).toBe(read);
  for (const text of ["0.125", "-0.500", "00.125", "1.5"])
    expect(() => readCommaFor(field, text)).toThrow("expected a number with a decimal comma");
});
