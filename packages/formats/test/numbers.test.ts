import { expect, test } from "bun:test";
import { openFile } from "../src/index.ts";
import { readNumberFor } from "../src/numbers.ts";
import { scanFile } from "../src/scan.ts";

test("with a decimal comma, a point groups thousands and is never dropped from a fraction", () => {
  const field = { name: "n", type: "number" } as const;
  for (const [text, read] of [
    ["1.234,50", "1234.50"],
    ["12.345.678", "12345678"],
    ["0,125", "0.125"],
    ["-1,5", "-1.5"],
  ] as const)
    expect(readNumberFor(field, text, { decimal: "comma" })).toBe(read);
  for (const text of ["0.125", "-0.500", "00.125", "1.5"])
    expect(() => readNumberFor(field, text, { decimal: "comma" })).toThrow("expected a number with a decimal comma");
});

test("where commas stand between thousands, no other comma is dropped", () => {
  const field = { name: "n", type: "number" } as const;
  for (const [text, read] of [
    ["1,234.50", "1234.50"],
    ["12,345,678", "12345678"],
    ["0.125", "0.125"],
    ["-1,500", "-1500"],
  ] as const)
    expect(readNumberFor(field, text, { decimal: "grouped" })).toBe(read);
  for (const text of ["1,5", "12,34.5", "0,125", "1,2345", "1.234,50"])
    expect(() => readNumberFor(field, text, { decimal: "grouped" })).toThrow("commas between thousands");
});

test.each([
  ["1,234.50\n999.50\n12", "number", ["grouped"], "1,234.50"],
  ["12\n1,5\n1.234,50", "number", ["comma"], "1,5"],
  ["1,234\n2,500", "number", ["comma", "grouped"], "1,234"],
  ["05/31/2024\n01/02/2024", "day", ["MM/DD/YYYY"], "05/31/2024"],
  ["31.05.2024\n2024/05/31", "day", [], "31.05.2024"],
  ["k.A.\n1,5\n2,5\n3,5\n4,5\n5,5", "number", ["comma"], "1,5"],
])("the column %j is known to be written in another form", async (lines, kind, readings, example) => {
  const text = `n\n${lines.replace(/^.*,.*$/gm, '"$&"')}\n`;
  const scan = async (more: object) =>
    (await scanFile(await openFile("csv", new Blob([text]).stream()), { chosen: {}, readings: more })).result()
      .fields[0]!;
  const { field, spelling } = await scan({});
  expect([field.type, spelling]).toEqual(["text", { kind, readings, example } as never]);
  for (const reading of readings) {
    const read = await scan(kind === "day" ? { dates: reading } : { decimal: reading });
    expect(read.almost?.type ?? read.field.type).not.toBe("text");
  }
});

test.each(["1,234.50\nnone", "1,5\n1.5", "12\n1.5", "1,5,6"])(
  "%j is no column of numbers in another form",
  async (lines) => {
    const text = `n\n${lines.replace(/^.*,.*$/gm, '"$&"')}\n`;
    const scan = await scanFile(await openFile("csv", new Blob([text]).stream()), { chosen: {} });
    expect(scan.result().fields[0]!.spelling).toBeUndefined();
  },
);
