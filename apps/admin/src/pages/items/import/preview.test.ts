import { expect, test } from "bun:test";
import { DEFAULT_COLUMNS, systemFields } from "@plinth/core";
import { openFile } from "@plinth/formats";
import type { CollectionInfo } from "../../../data/collections.ts";
import { firstRows, previewOf } from "./preview.ts";

const FILMS: CollectionInfo = {
  id: "1",
  slug: "films",
  kind: "managed",
  version: 1,
  created_at: "2024-05-01T10:00:00.000Z",
  system_fields: systemFields(DEFAULT_COLUMNS),
  fields: [
    { name: "title", type: "text" },
    { name: "year", type: "integer" },
    { name: "shown", type: "date" },
    { name: "country", type: "relation", to: "countries" },
  ],
};

test("rows are shown as they will be stored, with what is wrong with a value", async () => {
  const csv = "Name,year,shown,country,x\nVertigo,1958,31.05.1958,US,1\nSolaris,soon,NA,,2\nStalker,1979\n";
  const file = await openFile("csv", new Blob([csv]).stream(), true);
  const map = { Name: "title", country: "country.cca2", x: null };
  const readings = { dates: "DD.MM.YYYY", nulls: ["NA"] };
  const rows = previewOf(file, await firstRows(file, 3), FILMS, { map, readings });
  expect([...rows[0]!.cells]).toEqual([
    ["title", { text: "Vertigo" }],
    ["year", { text: "1958" }],
    ["shown", { text: "1958-05-31" }],
    ["country", { text: "cca2 = US" }],
  ]);
  expect(rows[1]!.problem ?? rows[1]!.cells.get("year")!.problem).toContain("soon");
  expect(rows[1]!.cells.has("shown")).toBe(false);
  expect(rows[2]!.problem).toBe("the row has 2 cells, the header 5");
});

test("only as many rows are read as are shown", async () => {
  const lines = Array.from({ length: 50 }, (_, i) => `${i}`);
  const file = await openFile("csv", new Blob([["title", ...lines].join("\n")]).stream(), true);
  expect((await firstRows(file, 5)).records.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5]);
});
