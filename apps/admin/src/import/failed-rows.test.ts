import { expect, test } from "bun:test";
import { openFile } from "@plinth/formats";
import { failedRowOf, fileOfRows, mended, reportOfRows } from "./failed-rows.ts";

async function recordsOf(format: "csv" | "ndjson", text: string) {
  const file = await openFile(format, new Blob([text]).stream(), true);
  const records = [];
  for await (const batch of file.batches)
    records.push(...batch.map((record) => ({ ...record, bytes: record.bytes.slice() })));
  return { file, records };
}

const REFUSAL = { message: "year: expected an integer", field: "year" };

test("a refused row can be mended, and sent again as a file of its own", async () => {
  const { file, records } = await recordsOf("csv", 'title;year\n"Vertigo; restored";1958\nSolaris;soon\n');
  const row = failedRowOf(file, records[1], 2, REFUSAL);
  expect(row).toEqual({ row: 2, line: 3, values: { title: "Solaris", year: "soon" }, ...REFUSAL });
  expect(fileOfRows([mended(row, "year", "1972")], file.columns)).toBe("title,year\nSolaris,1972");
  expect(fileOfRows([mended(row, "year", "")], file.columns)).toBe("title,year\nSolaris,");
});

test("a row with too few cells shows those that it has", async () => {
  const { file, records } = await recordsOf("csv", "title;year;country\nSolaris\n");
  expect(failedRowOf(file, records[0], 1, REFUSAL).values).toEqual({ title: "Solaris", year: null, country: null });
});

test("rows of JSON keep the values that nobody has changed", async () => {
  const { file, records } = await recordsOf("ndjson", '{"title": "Solaris", "year": "soon", "tags": ["sf"]}\n');
  const row = mended(failedRowOf(file, records[0], 1, REFUSAL), "year", "1972");
  expect(fileOfRows([row], null)).toBe('{"title":"Solaris","year":"1972","tags":["sf"]}');
});

test("the report for a spreadsheet names each row and its reason", async () => {
  const { file, records } = await recordsOf("csv", "title,year\nSolaris,soon\n");
  const row = failedRowOf(file, records[0], 1, { message: 'year: "soon", no integer', field: "year" });
  expect(reportOfRows([row], file.columns)).toBe('row,reason,title,year\n1,"year: ""soon"", no integer",Solaris,soon');
});
