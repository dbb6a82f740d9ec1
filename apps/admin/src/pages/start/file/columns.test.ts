import { describe, expect, test } from "bun:test";
import { type OpenFile, openFile, type Readings, scanFile } from "@plinth/formats";
import { Observed } from "../../../import/observed.ts";
import { formatOfText } from "../../../import/source-file.ts";
import { type Column, columnProblem, columnsOf, definitionFor, documentMap, mapFor, typesFor } from "./columns.ts";

const CSV = "Film Title,Year,Genre,Country\nVertigo,1958,thriller,US\nMetropolis,1927,drama,DE\n";

async function read(text: string, readings: Readings = {}) {
  const file = await openFile("csv", new Blob([text]).stream(), true);
  const observed = new Observed();
  const watched: OpenFile = {
    ...file,
    parse: (record) => {
      const row = file.parse(record);
      observed.add(row);
      return row;
    },
  };
  const inferred = (await scanFile(watched, { chosen: {}, readings })).result();
  return { inferred, observed, columns: columnsOf(inferred, observed) };
}

const change = (columns: readonly Column[], source: string, next: Partial<Column>) =>
  columns.map((column) => (column.source === source ? { ...column, ...next } : column));

describe("the columns of a file", () => {
  test("become fields of the inferred types, with samples", async () => {
    const { inferred, columns } = await read(CSV);
    expect(definitionFor("films", columns).fields).toEqual([
      { name: "film_title", type: "text" },
      { name: "year", type: "integer" },
      { name: "genre", type: "text" },
      { name: "country", type: "text" },
    ]);
    expect(columns[0]!.samples).toEqual(["Vertigo", "Metropolis"]);
    expect(mapFor(inferred, columns)).toEqual({
      "Film Title": "film_title",
      Year: "year",
      Genre: "genre",
      Country: "country",
    });
  });

  test("may be left out, renamed, unique, choices, and relations by a unique field", async () => {
    const { inferred, columns } = await read(CSV);
    let changed = change(columns, "Year", { isKept: false });
    changed = change(changed, "Film Title", { name: "title", isUnique: true });
    changed = change(changed, "Genre", { type: "enum" });
    changed = change(changed, "Country", { type: "relation", to: "countries", by: "cca2" });
    expect(definitionFor("films", changed).fields).toEqual([
      { name: "title", type: "text", unique: true },
      { name: "genre", type: "enum", values: ["drama", "thriller"] },
      { name: "country", type: "relation", to: "countries" },
    ]);
    expect(mapFor(inferred, changed)).toEqual({
      "Film Title": "title",
      Year: null,
      Genre: "genre",
      Country: "country.cca2",
    });
  });

  test("keep what somebody has changed when the file is read in another way", async () => {
    const first = await read("name,delay\na,1\nb,2\nc,3\nd,4\ne,NA\n");
    expect(first.columns[1]!.type).toBe("text");
    const mine = change(first.columns, "name", { name: "title" });
    const second = await read("name,delay\na,1\nb,2\nc,3\nd,4\ne,NA\n", { nulls: ["NA"] });
    const merged = columnsOf(second.inferred, second.observed, mine);
    expect(merged.map(({ name, type }) => ({ name, type }))).toEqual([
      { name: "title", type: "text" },
      { name: "delay", type: "integer" },
    ]);
  });

  test("with the same name, or a relation that leads nowhere, are named", async () => {
    const words = { name: () => undefined, twice: (name: string) => `twice ${name}`, noTarget: "no target" };
    const { columns } = await read(CSV);
    const twice = change(columns, "Year", { name: "genre" });
    expect(twice.map((column) => columnProblem(column, twice, words))).toEqual([
      undefined,
      "twice genre",
      "twice genre",
      undefined,
    ]);
    const lost = change(columns, "Country", { type: "relation" });
    expect(columnProblem(lost[3]!, lost, words)).toBe("no target");
  });

  test("can be choices only if their values are few", async () => {
    const many = Array.from({ length: 40 }, (_, i) => `v${i}`).join("\n");
    const { columns } = await read(
      `few,many\n${many
        .split("\n")
        .map((one) => `x,${one}`)
        .join("\n")}\n`,
    );
    expect(columns.map((column) => typesFor(column).includes("enum"))).toEqual([true, false]);
  });
});

test("documents keep their names, except those that every item has", async () => {
  const { inferred } = await read("Film Title,version\nVertigo,1.2.3\n");
  expect(documentMap(inferred)).toEqual({ version: "source_version" });
});

test.each([
  ['[{"a": 1}]', "json"],
  ['\n{"a": 1}\n{"a": 2}', "ndjson"],
  ["a\tb\n1\t2", "csv"],
] as const)("%j is read as %s", (text, format) => {
  expect(formatOfText(text)).toBe(format);
});
