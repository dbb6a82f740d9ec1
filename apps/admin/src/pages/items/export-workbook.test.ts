import { expect, test } from "bun:test";
import type { Field } from "@plinth/core";
import { readSheet } from "read-excel-file/universal";
import { workbookOf } from "./export-workbook.ts";

const FIELDS: readonly Field[] = [
  { name: "name", type: "text" },
  { name: "qty", type: "integer" },
  { name: "price", type: "decimal", precision: 18, scale: 2 },
  { name: "day", type: "date" },
  { name: "at", type: "timestamp" },
  { name: "ok", type: "boolean" },
  { name: "big", type: "decimal", precision: 20, scale: 0 },
];

test("an export is a workbook whose numbers, days and texts a spreadsheet reads as such", async () => {
  const item = {
    name: 'J\u00f6rg & <S\u00f6hne> "=1+1"\nzweite Zeile\u0001',
    qty: 3,
    price: "1250.50",
    day: "2026-11-30",
    at: "2026-11-30T16:30:00.000Z",
    ok: true,
    big: "12345678901234567890",
  };
  const lines = [item, { name: null, qty: null }].map((one) => JSON.stringify(one)).join("\n");
  const book = await workbookOf("orders: 1/2", FIELDS, new Blob([lines]).stream());
  const [head, first, second] = (await readSheet(book)) as unknown[][];
  expect(head).toEqual(FIELDS.map(({ name }) => name));
  expect(first).toEqual([
    'J\u00f6rg & <S\u00f6hne> "=1+1"\nzweite Zeile',
    3,
    1250.5,
    new Date("2026-11-30T00:00:00Z"),
    new Date("2026-11-30T16:30:00Z"),
    true,
    "12345678901234567890",
  ]);
  // A row without values has no cells.
  expect((second ?? []).filter((cell) => cell !== null)).toEqual([]);
});
