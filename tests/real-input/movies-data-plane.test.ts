/** Groups, calendars and lists over real data: each answer is worked out from the file, and so is what the docs show. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, JsonObject } from "@plinth/core";
import { examplesOf } from "../docs/page.ts";
import {
  byGross,
  byRating,
  directors,
  distributors,
  type Film,
  films,
  groupsOf,
  ratingsOf,
  sumOf,
} from "./film-library.ts";
import { loadFilmLibrary } from "./load-film-library.ts";
import { type Plinth, ROOT, startPlinth } from "./plinth.ts";
import { sorted } from "./reference.ts";

let plinth: Plinth;
beforeAll(async () => {
  plinth = await startPlinth();
  await loadFilmLibrary(plinth.send);
});
afterAll(() => plinth.stop());

const aggregate = async (slug: string, body: JsonObject): Promise<JsonObject[]> =>
  (await plinth.send(`/api/items/${slug}/aggregate`, body)).data as JsonObject[];

/** What a page says that the example which holds `mark` answers. */
function shown(page: string, mark: string): Json | undefined {
  const example = examplesOf(readFileSync(join(ROOT, "docs", page), "utf8")).find(({ code }) => code.includes(mark));
  if (!example?.expected) throw new Error(`${page} shows no answer beside ${mark}`);
  return (example.expected as JsonObject).data;
}

const year = (film: Film): string => `${film.release_date.slice(0, 4)}-01-01`;

describe("groups of films", () => {
  const wanted = () => {
    const groups = groupsOf(films, (film) => ({
      major_genre: film.major_genre,
      mpaa_rating: film.mpaa_rating,
      year: year(film),
    })).map(([key, rows]) => ({
      ...key,
      films: rows.length,
      gross: sumOf(rows, "us_gross"),
      best: ratingsOf(rows).best,
    }));
    const kept = groups.filter((group) => group.films >= 12 && (group.gross ?? 0) > 500_000_000);
    return sorted(kept, ["gross", "desc"], ["major_genre", "asc"], ["mpaa_rating", "asc"], ["year", "asc"]);
  };
  const body = {
    group_by: ["major_genre", "mpaa_rating", { field: "release_date", bucket: "year", as: "year" }],
    aggregates: { films: { count: "*" }, gross: { sum: "us_gross" }, best: { max: "imdb_rating" } },
    having: { films: { _gte: 12 }, gross: { _gt: 500_000_000 } },
    sort: "-gross",
  };

  test("by genre, rating and year, with a condition on the groups", async () => {
    const expected = wanted();
    expect(expected.length).toBeGreaterThan(5);
    expect(await aggregate("films", { ...body, limit: 1000 })).toEqual(expected);
    expect(await aggregate("films", { ...body, limit: 3, offset: 2 })).toEqual(expected.slice(2, 5));
  });

  test("are in the documentation as they are", () => {
    expect(shown("aggregates.md", '"bucket": "year"')).toEqual(wanted().slice(0, 5));
  });

  test("add up to the whole file", async () => {
    const groups = await aggregate("films", { ...body, having: {}, limit: 1000 });
    const all = groupsOf(films, (film) => [film.major_genre, film.mpaa_rating, year(film)] as never);
    expect(all.length).toBeGreaterThan(500);
    const [whole] = await aggregate("films", { aggregates: { films: { count: "*" }, gross: { sum: "us_gross" } } });
    expect(whole).toEqual({ films: films.length, gross: sumOf(films, "us_gross") });
    expect(groups.length).toBe(Math.min(all.length, 1000));
  });

  test.each(["day", "month", "quarter"])("by %s", async (bucket) => {
    const start = ({ release_date: date }: Film): string => {
      const month = Number(date.slice(5, 7));
      if (bucket === "day") return date;
      const first = bucket === "month" ? month : Math.floor((month - 1) / 3) * 3 + 1;
      return `${date.slice(0, 5)}${String(first).padStart(2, "0")}-01`;
    };
    const expected = sorted(
      groupsOf(films, (film) => ({ t: start(film) })).map(([key, rows]) => ({ ...key, n: rows.length })),
      ["n", "desc"],
      ["t", "asc"],
    ).slice(0, 100);
    const group_by = [{ field: "release_date", bucket, as: "t" }];
    expect(await aggregate("films", { group_by, aggregates: { n: { count: "*" } }, sort: "-n,t", limit: 100 })).toEqual(
      expected,
    );
  });

  test("by their director's name, with means", async () => {
    const expected = sorted(
      groupsOf(
        films.filter((film) => film.director !== null),
        (film) => ({ name: film.director }),
      )
        .map(([key, rows]) => ({ ...key, n: rows.length, mean: ratingsOf(rows).mean }))
        .filter(({ n }) => n >= 12),
      ["n", "desc"],
      ["name", "asc"],
    );
    const found = await aggregate("films", {
      filter: { director: { _null: false } },
      group_by: [{ field: "director.name", as: "name" }],
      aggregates: { n: { count: "*" }, mean: { avg: "imdb_rating" } },
      having: { n: { _gte: 12 } },
      sort: "-n,name",
    });
    expect(found.map(({ name, n }) => ({ name, n }))).toEqual(expected.map(({ name, n }) => ({ name, n })) as never);
    for (const [i, { mean }] of found.entries()) expect(mean as number).toBeCloseTo(expected[i]!.mean as number, 10);
    expect(shown("aggregates.md", '"director.name"')).toEqual(found.slice(0, 3) as never);
  });
});

describe("lists of films", () => {
  const of = (key: "director" | "distributor", name: string): Film[] => films.filter((film) => film[key] === name);
  const pick = (rows: readonly Film[], ...keys: (keyof Film)[]): JsonObject[] =>
    rows.map((film) => Object.fromEntries(keys.map((key) => [key, film[key] ?? null])));
  const strip = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).flatMap(([key, v]) => (key === "id" ? [] : [[key, strip(v)]])));
  };

  const greats = () =>
    sorted(
      directors
        .filter((name) => of("director", name).some((film) => Number(film.imdb_rating) >= 8.5))
        .map((name) => ({ name, n: of("director", name).length })),
      ["n", "desc"],
      ["name", "asc"],
    ).map(({ name }) => ({
      name: name as string,
      films: pick(
        byGross(of("director", name as string).filter((film) => Number(film.imdb_rating) >= 8)).slice(0, 2),
        "title",
        "us_gross",
      ),
    }));

  test("some film of theirs is among the best; of each, two of the good ones", async () => {
    const expected = greats();
    expect(expected.length).toBeGreaterThan(10);
    const { data, meta } = await plinth.list("directors", {
      filter: { films: { _some: { imdb_rating: { _gte: "8.5" } } } },
      sort: "-count(films),name",
      fields: "name",
      expand: {
        films: { filter: { imdb_rating: { _gte: "8" } }, sort: "-us_gross,title", limit: 2, fields: "title,us_gross" },
      },
      limit: "1000",
      meta: "filter_count",
    });
    expect(strip(data)).toEqual(expected);
    expect(meta?.filter_count).toBe(expected.length);
    expect(shown("relations.md", "_some")).toEqual(expected.slice(0, 3));
  });

  test("down three levels, each with a limit of its own", async () => {
    const spielberg = "Steven Spielberg";
    const expected = sorted(
      distributors
        .filter((name) => of("distributor", name).some((film) => film.director === spielberg))
        .map((name) => ({ name })),
      ["name", "asc"],
    ).map(({ name }) => ({
      name: name as string,
      films: byRating(of("distributor", name as string))
        .slice(0, 2)
        .map(({ title, director }) => ({
          title,
          director: director && {
            name: director,
            films: pick(byGross(of("director", director)).slice(0, 1), "title"),
          },
        })),
    }));
    expect(expected.length).toBeGreaterThan(2);
    const { data } = await plinth.list("distributors", {
      filter: { "films.director.name": spielberg },
      sort: "name",
      fields: "name",
      expand: {
        films: {
          sort: "-imdb_rating,title",
          limit: 2,
          fields: "title",
          expand: {
            director: { fields: "name", expand: { films: { sort: "-us_gross,title", limit: 1, fields: "title" } } },
          },
        },
      },
    });
    expect(strip(data)).toEqual(expected);
    expect(shown("relations.md", "Steven Spielberg")).toEqual(expected.slice(0, 2));
  });

  test("every film of theirs is good, and there are some", async () => {
    const expected = directors
      .filter((name) => of("director", name).length >= 3)
      .filter((name) =>
        of("director", name).every((film) => film.imdb_rating !== null && Number(film.imdb_rating) >= 7.5),
      );
    const { data } = await plinth.list("directors", {
      filter: { films: { _every: { imdb_rating: { _gte: "7.5" } } }, "count(films)": { _gte: 3 } },
      sort: "name",
      limit: "1000",
    });
    expect(data.map(({ name }) => name)).toEqual(
      sorted(
        expected.map((name) => ({ name })),
        ["name", "asc"],
      ).map(({ name }) => name),
    );
  });
});
