import { readFileSync } from "node:fs";
import type { JsonObject } from "@plinth/core";
import { MOVIES } from "./plinth.ts";
import { sorted } from "./reference.ts";

/** `movies.json` as a library: films, who directed and who distributed them. Worked out from the file alone. */

export interface Film extends JsonObject {
  title: string | null;
  release_date: string;
  director: string | null;
  distributor: string | null;
  major_genre: string | null;
  mpaa_rating: string | null;
  us_gross: number | null;
  imdb_rating: string | null;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Jun 12 1998" → "1998-06-12". */
function dateOf(text: string): string {
  const [month, day, year] = text.split(" ") as [string, string, string];
  return `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, "0")}-${day}`;
}

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

/** Directors and distributors by their names, as the file has them. */
export const films = (JSON.parse(readFileSync(MOVIES, "utf8")) as JsonObject[]).map(
  (row): Film => ({
    title: text(row.Title),
    release_date: dateOf(row["Release Date"] as string),
    director: text(row.Director),
    distributor: text(row.Distributor),
    major_genre: text(row["Major Genre"]),
    mpaa_rating: text(row["MPAA Rating"]),
    us_gross: row["US Gross"] as number | null,
    imdb_rating: typeof row["IMDB Rating"] === "number" ? row["IMDB Rating"].toFixed(1) : null,
  }),
);

const namesOf = (key: "director" | "distributor"): string[] => [
  ...new Set(films.flatMap((film) => (film[key] === null ? [] : [film[key]]))),
];
export const directors = namesOf("director");
export const distributors = namesOf("distributor");

/** A name's id, so that films can point to it. */
export const idOf = (kind: "director" | "distributor", name: string): string => {
  const n = (kind === "director" ? directors : distributors).indexOf(name);
  return `${kind === "director" ? "d" : "e"}0000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
};

/** The definitions; lists come second, when there is something to point to. */
export const definitions: JsonObject[] = [
  { slug: "directors", fields: [{ name: "name", type: "text", required: true, unique: true }] },
  { slug: "distributors", fields: [{ name: "name", type: "text", required: true, unique: true }] },
  {
    slug: "films",
    fields: [
      { name: "title", type: "text" },
      { name: "release_date", type: "date" },
      { name: "major_genre", type: "text" },
      { name: "mpaa_rating", type: "text" },
      { name: "us_gross", type: "integer" },
      { name: "imdb_rating", type: "decimal", precision: 3, scale: 1 },
      { name: "director", type: "relation", to: "directors" },
      { name: "distributor", type: "relation", to: "distributors" },
    ],
    indexes: [["major_genre", "release_date"]],
  },
];
const list = (via: string): JsonObject => ({
  fields: [{ name: "films", type: "relation_many", to: "films", via }],
});
export const lists: [slug: string, patch: JsonObject][] = [
  ["directors", list("director")],
  ["distributors", list("distributor")],
];

/** Groups of rows under the same key, in the order in which the keys first come. */
export function groupsOf(rows: readonly Film[], keyOf: (film: Film) => JsonObject): [JsonObject, Film[]][] {
  const groups = new Map<string, [JsonObject, Film[]]>();
  for (const film of rows) {
    const key = keyOf(film);
    const text = JSON.stringify(key);
    const group = groups.get(text) ?? [key, []];
    group[1].push(film);
    groups.set(text, group);
  }
  return [...groups.values()];
}

export const sumOf = (rows: readonly Film[], key: "us_gross"): number | null => {
  const known = rows.flatMap((film) => (film[key] === null ? [] : [film[key]]));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
};

/** The highest rating, and the mean of those that are known, by whole tenths. */
export function ratingsOf(rows: readonly Film[]): { best: string | null; mean: number | null } {
  const tenths = rows.flatMap((film) => (film.imdb_rating === null ? [] : [Math.round(Number(film.imdb_rating) * 10)]));
  if (tenths.length === 0) return { best: null, mean: null };
  const sum = tenths.reduce((a, b) => a + b, 0);
  return { best: (Math.max(...tenths) / 10).toFixed(1), mean: sum / 10 / tenths.length };
}

/** Films by what they took, from the most; equal ones by their titles. */
export const byGross = (rows: readonly Film[]): Film[] =>
  sorted(rows, ["us_gross", "desc"], ["title", "asc"]) as Film[];
/** Films by their rating, from the best. One digit before the point, so that texts sort as numbers do. */
export const byRating = (rows: readonly Film[]): Film[] =>
  sorted(rows, ["imdb_rating", "desc"], ["title", "asc"]) as Film[];
