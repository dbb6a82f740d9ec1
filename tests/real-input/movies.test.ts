import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Json, JsonObject } from "@plinth/core";
import { MOVIES, type Plinth, startPlinth } from "./plinth.ts";
import { asciiFold, pick, sorted } from "./reference.ts";

const file = JSON.parse(readFileSync(MOVIES, "utf8")) as JsonObject[];
/** As a collection keeps them: names in snake case, and a title is a text although nine of them are numbers. */
const movies = file.map((row): JsonObject => {
  const renamed = Object.entries(row).map(([name, value]) => [name.toLowerCase().replaceAll(" ", "_"), value]);
  const title = row.Title ?? null;
  return { ...Object.fromEntries(renamed), title: title === null ? null : String(title) };
});
const number = (row: JsonObject, name: string): number => (typeof row[name] === "number" ? row[name] : Number.NaN);
const text = (row: JsonObject, name: string): string => (typeof row[name] === "string" ? row[name] : "");

let plinth: Plinth;
beforeAll(async () => {
  plinth = await startPlinth();
});
afterAll(() => plinth.stop());

describe("movies.json as a collection", () => {
  test("is loaded by the documented command, every row of it", async () => {
    const run = await plinth.plinth("import", MOVIES, "--collection", "movies", "--create", "--json");
    expect({ code: run.code, err: run.code === 0 ? "" : run.err }).toEqual({ code: 0, err: "" });
    expect(run.report).toMatchObject({ total: 3201, inserted: 3201, failed: 0, errors: [], dry_run: false });
    const { meta } = await plinth.list("movies", { limit: "1", meta: "total_count" });
    expect(meta).toEqual({ total_count: file.length });
  });

  test("has fields whose types were found in the file", async () => {
    const { data } = await plinth.get("/api/collections/movies");
    const { fields } = data as { fields: { name: string; type: string }[] };
    const types = Object.fromEntries(fields.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({
      title: "text",
      us_gross: "integer",
      imdb_rating: "number",
      imdb_votes: "integer",
      release_date: "text",
      director: "text",
      rotten_tomatoes_rating: "integer",
    });
    expect(Object.keys(types)).toHaveLength(Object.keys(file[0]!).length);
  });

  type Query = [what: string, filter: Json, holds: (row: JsonObject) => boolean];
  const queries: Query[] = [
    ["a number above", { us_gross: { _gt: 100_000_000 } }, (m) => number(m, "us_gross") > 1e8],
    [
      "a fraction at least, and a genre",
      { imdb_rating: { _gte: 8.1 }, major_genre: "Drama" },
      (m) => number(m, "imdb_rating") >= 8.1 && m.major_genre === "Drama",
    ],
    [
      "a range",
      { running_time_min: { _between: [90, 100] } },
      (m) => number(m, "running_time_min") >= 90 && number(m, "running_time_min") <= 100,
    ],
    ["no value", { director: null }, (m) => m.director === null],
    ["any value", { us_dvd_sales: { _null: false } }, (m) => m.us_dvd_sales !== null],
    ["one of a list", { mpaa_rating: { _in: ["PG", "G"] } }, (m) => m.mpaa_rating === "PG" || m.mpaa_rating === "G"],
    [
      "none of a list, which null is not",
      { mpaa_rating: { _nin: ["R", "Not Rated"] } },
      (m) => m.mpaa_rating !== null && m.mpaa_rating !== "R" && m.mpaa_rating !== "Not Rated",
    ],
    [
      "different, which null is not",
      { major_genre: { _neq: "Drama" } },
      (m) => m.major_genre !== null && m.major_genre !== "Drama",
    ],
    [
      "a text anywhere, in any case",
      { title: { _icontains: "STAR" } },
      (m) => asciiFold(text(m, "title")).includes("star"),
    ],
    ["a text anywhere, in this case", { title: { _contains: "star" } }, (m) => text(m, "title").includes("star")],
    ["a beginning", { title: { _starts_with: "The " } }, (m) => text(m, "title").startsWith("The ")],
    ["an end", { release_date: { _ends_with: " 1999" } }, (m) => text(m, "release_date").endsWith(" 1999")],
    ["a title that was a number", { title: "1776" }, (m) => m.title === "1776"],
    [
      "one or the other",
      { $or: [{ distributor: null }, { source: "Remake" }] },
      (m) => m.distributor === null || m.source === "Remake",
    ],
    ["the complement, nulls and all", { $not: { imdb_rating: { _gte: 5 } } }, (m) => !(number(m, "imdb_rating") >= 5)],
    [
      "three at once",
      { imdb_votes: { _gt: 50_000 }, rotten_tomatoes_rating: { _lt: 60 }, creative_type: { _icontains: "fiction" } },
      (m) =>
        number(m, "imdb_votes") > 50_000 &&
        number(m, "rotten_tomatoes_rating") < 60 &&
        asciiFold(text(m, "creative_type")).includes("fiction"),
    ],
  ];
  test.each(queries)("finds %s", async (_, filter, holds) => {
    const expected = sorted(movies.filter(holds), ["title", "asc"], ["release_date", "asc"]);
    expect(expected.length).toBeGreaterThan(0);
    const query = { filter, sort: "title,release_date", limit: "1000", meta: "filter_count" };
    const { data, meta } = await plinth.list("movies", query);
    expect(meta?.filter_count).toBe(expected.length);
    expect(pick(data, "title", "release_date")).toEqual(pick(expected.slice(0, 1000), "title", "release_date"));
  });

  test("sorts with nulls first, then from the worst", async () => {
    const { data } = await plinth.list("movies", { sort: "imdb_rating,imdb_votes,title", limit: "300" });
    const expected = sorted(movies, ["imdb_rating", "asc"], ["imdb_votes", "asc"], ["title", "asc"]).slice(0, 300);
    expect(pick(data, "imdb_rating", "imdb_votes", "title")).toEqual(
      pick(expected, "imdb_rating", "imdb_votes", "title"),
    );
    expect(data[212]!.imdb_rating).toBeNull();
    expect(data[213]!.imdb_rating).not.toBeNull();
  });

  test("sorts the other way with nulls last", async () => {
    const { data } = await plinth.list("movies", { sort: "-us_dvd_sales,title", limit: "1000" });
    const expected = sorted(movies, ["us_dvd_sales", "desc"], ["title", "asc"]).slice(0, 1000);
    expect(pick(data, "us_dvd_sales", "title")).toEqual(pick(expected, "us_dvd_sales", "title"));
  });

  test("is paged by keyset, every row once and in order", async () => {
    const sort = "-imdb_rating,title,release_date";
    const found: JsonObject[] = [];
    let cursor: string | null | undefined = "";
    while (cursor !== null && cursor !== undefined) {
      const page = await plinth.list("movies", { sort, limit: "167", cursor });
      found.push(...page.data);
      cursor = page.next_cursor;
    }
    expect(new Set(found.map((row) => row.id)).size).toBe(file.length);
    const expected = sorted(movies, ["imdb_rating", "desc"], ["title", "asc"], ["release_date", "asc"]);
    const columns = ["imdb_rating", "title", "release_date"];
    expect(pick(found, ...columns)).toEqual(pick(expected, ...columns));
  });

  test("is paged by offset as well", async () => {
    const { data, has_more } = await plinth.list("movies", {
      sort: "title,release_date",
      limit: "100",
      offset: "3150",
    });
    const expected = sorted(movies, ["title", "asc"], ["release_date", "asc"]).slice(3150);
    expect(has_more).toBe(false);
    expect(pick(data, "title")).toEqual(pick(expected, "title"));
  });
});

describe("movies.json as documents", () => {
  test("is loaded with its names and types as they are", async () => {
    const run = await plinth.plinth(
      "import",
      MOVIES,
      "--collection",
      "films",
      "--create",
      "--kind",
      "document",
      "--json",
    );
    expect({ code: run.code, err: run.code === 0 ? "" : run.err }).toEqual({ code: 0, err: "" });
    expect(run.report).toMatchObject({ total: 3201, inserted: 3201, failed: 0 });
  });

  type Query = [what: string, filter: Json, holds: (row: JsonObject) => boolean];
  const queries: Query[] = [
    ["a good film", { "IMDB Rating": { _gte: 8 } }, (m) => number(m, "IMDB Rating") >= 8],
    ["a title that is a number", { Title: { _gt: 1000 } }, (m) => number(m, "Title") > 1000],
    ["a title that is this text", { Title: "Titanic" }, (m) => m.Title === "Titanic"],
    ["no director", { Director: null }, (m) => m.Director === null],
    [
      "a word in any case",
      { Distributor: { _icontains: "WARNER" } },
      (m) => asciiFold(text(m, "Distributor")).includes("warner"),
    ],
    [
      "a range and a list",
      { "US Gross": { _between: [5e7, 6e7] }, "MPAA Rating": { _in: ["PG", "PG-13"] } },
      (m) =>
        number(m, "US Gross") >= 5e7 &&
        number(m, "US Gross") <= 6e7 &&
        ["PG", "PG-13"].includes(text(m, "MPAA Rating")),
    ],
    ["the complement", { $not: { "Running Time min": { _lt: 150 } } }, (m) => !(number(m, "Running Time min") < 150)],
  ];
  test.each(queries)("finds %s", async (_, filter, holds) => {
    const expected = sorted(file.filter(holds), ["IMDB Votes", "desc"], ["Release Date", "asc"]);
    expect(expected.length).toBeGreaterThan(0);
    const query = { filter, sort: "-IMDB Votes,Release Date", limit: "1000", meta: "filter_count" };
    const { data, meta } = await plinth.list("films", query);
    expect(meta?.filter_count).toBe(expected.length);
    const columns = ["IMDB Votes", "Release Date"];
    expect(pick(data, ...columns)).toEqual(pick(expected.slice(0, 1000), ...columns));
  });

  test("keeps every document as it was", async () => {
    const found: JsonObject[] = [];
    let cursor: string | null | undefined = "";
    while (cursor !== null && cursor !== undefined) {
      const page = await plinth.list("films", { sort: "-IMDB Rating", limit: "1000", cursor });
      found.push(...page.data);
      cursor = page.next_cursor;
    }
    const system = new Set(["id", "created_at", "updated_at", "owner_id", "version"]);
    const bare = found.map((row) =>
      JSON.stringify(
        Object.entries(row)
          .filter(([name]) => !system.has(name))
          .sort(),
      ),
    );
    expect(bare.sort()).toEqual(file.map((row) => JSON.stringify(Object.entries(row).sort())).sort());
  });
});
