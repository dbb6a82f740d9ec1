import { describe, expect, test } from "bun:test";
import { DEFAULT_COLUMNS, type Field, systemFields } from "@plinth/core";
import { openFile } from "@plinth/formats";
import type { CollectionInfo } from "../../../data/collections.ts";
import { scanSourceFile } from "../../../import/scan-file.ts";
import { fieldMapOf, isTakenTwice, keysOf, type MappedColumn, mappingOf, missingFields, targetsOf } from "./mapping.ts";

const collectionOf = (fields: readonly Field[], kind: CollectionInfo["kind"] = "managed"): CollectionInfo => ({
  id: "1",
  slug: "films",
  kind,
  version: 1,
  created_at: "2024-05-01T10:00:00.000Z",
  system_fields: systemFields(DEFAULT_COLUMNS),
  fields: [...fields],
});

const FILMS = collectionOf([
  { name: "title", type: "text", required: true, unique: true },
  { name: "us_gross", type: "integer" },
  { name: "director", type: "relation", to: "people" },
  { name: "rating", type: "text", required: true, default: "G" },
  { name: "cast", type: "relation_many", to: "people", through: "films_people" },
]);

async function mapped(csv: string, collection = FILMS, earlier: readonly MappedColumn[] = []) {
  const open = () => openFile("csv", new Blob([csv]).stream(), true);
  const file = { name: "films.csv", size: csv.length, format: "csv", encoding: "utf-8", open } as const;
  const scanned = await scanSourceFile(file, {}, () => {});
  return { inferred: scanned.inferred, columns: mappingOf(scanned, collection, earlier) };
}

const targets = (columns: readonly MappedColumn[]) => columns.map(({ target }) => target);

describe("columns find their fields", () => {
  test("by equal names, then by names that are alike; each field once", async () => {
    const { columns } = await mapped("Title,title,US Gross,Director ID,Mood\na,b,1,x,y\n");
    expect(targets(columns)).toEqual([null, "title", "us_gross", "director", null]);
  });

  test("an id is one of Plinth's or none, and what Plinth sets is no target", async () => {
    const uuid = "018f4e9a-5c1e-7b3a-9c2d-0123456789ab";
    expect(targets((await mapped(`id,created_at,version\n${uuid},2024-05-01,1\n`)).columns)).toEqual([
      "id",
      null,
      null,
    ]);
    expect(targets((await mapped("id,title\n1,a\n")).columns)).toEqual([null, "title"]);
    expect(targetsOf(FILMS).map(({ name }) => name)).toEqual([
      ...["title", "us_gross", "director", "rating", "id", "owner_id"],
    ]);
  });

  test("what somebody has chosen stays when the file is read in another way", async () => {
    const { columns } = await mapped("name\na\n");
    const mine = columns.map((column) => ({ ...column, target: "title" }));
    expect(targets((await mapped("name\na\n", FILMS, mine)).columns)).toEqual(["title"]);
  });

  test("documents keep the names of the file", async () => {
    const { columns } = await mapped("Film Title,version\nVertigo,1.2.3\n", collectionOf([], "document"));
    expect(targets(columns)).toEqual(["Film Title", "source_version"]);
  });
});

test("the map names what differs, and leaves out what is not imported", async () => {
  const { inferred, columns } = await mapped("title,US Gross,director,Mood,\na,1,Lang,y,\n");
  const by = columns.map((column) => (column.source === "director" ? { ...column, by: "name" } : column));
  expect(fieldMapOf(by, inferred)).toEqual({
    "US Gross": "us_gross",
    director: "director.name",
    Mood: null,
    "#5": null,
  });
});

test("two columns for one field, required fields without one, and the keys are known", async () => {
  const { columns } = await mapped("Mood,us_gross\na,1\n");
  expect(missingFields(FILMS, columns)).toEqual(["title"]);
  const twice = columns.map((column) => ({ ...column, target: "us_gross" }));
  expect(twice.map((column) => isTakenTwice(column, twice))).toEqual([true, true]);
  expect(columns.some((column) => isTakenTwice(column, columns))).toBe(false);
  expect(keysOf({ ...FILMS, unique_together: [["director", "title"]] })).toEqual([
    ["id"],
    ["title"],
    ["director", "title"],
  ]);
});
