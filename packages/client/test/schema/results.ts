/** What queries return. These files are checked by the compiler; they never run. */
import type { JsonObject } from "@plinth/core";
import type { Row } from "../../src/schema/index.ts";
import { type Schema, same, typed, untyped } from "./library.ts";

const films = typed("films");
const directors = typed("directors");

type Director = {
  country: string | null;
  created_at: string;
  id: string;
  name: string;
  owner_id: string | null;
  version: number;
};

// Rows have every field but lists and `owner`.
same<Director[]>()(directors.list(), true);
same<Row<Schema, "directors">>()(directors.one(), true);
same<{ bio: string | null; email: string | null; id: string; name: string }[]>()(typed("users").list(), true);
same<unknown>()(films.one().facts, true);
same<"drama" | "comedy">()(films.one().genre, true);
// @ts-expect-error: a list is there only with `expand`
directors.one().films;

// `fields`: those that are named, and the id.
same<{ id: string; title: string; rating: string | null }[]>()(films.list({ fields: ["title", "rating"] }), true);
same<{ id: string; title: string; year: number | null }[]>()(films.list({ fields: "title, year" }), true);
same<Director>()(directors.one({ fields: "*" }), true);
// @ts-expect-error: not among the fields
films.one({ fields: ["title"] }).rating;

// Other names and other types.
same<{ id: string; name: string; minutes: unknown; rating: number | null; released: string; when: string | null }>()(
  films.one({
    fields: ["name:title", "minutes:facts.minutes", "rating::number", "released:created_at", "when:released::date"],
  }),
  true,
);
same<string>()(films.one({ fields: "*,shown:seen::text" }).shown, true);
same<boolean>()(films.one({ fields: "*,shown:seen::text" }).seen, true);

// `expand`: an item that the caller may not read is null.
same<Director | null>()(films.one({ expand: "director" }).director, true);
same<Director | null>()(films.one({ expand: ["studio"] }).studio, true);
same<string | null>()(films.one({ expand: ["studio"] }).director, true);
same<string[]>()(
  directors.one({ expand: "films" }).films.map((film) => film.title),
  true,
);
same<{ bio: string | null; email: string | null; id: string; name: string } | null>()(
  films.one({ expand: "owner_id" }).owner_id,
  true,
);
same<{ id: string; title: string; owner: { id: string; name: string } | null }>()(
  films.one({ fields: ["title", "owner.name"] }),
  true,
);
same<{ id: string; director: { id: string; name: string; films: { id: string; title: string }[] } | null }>()(
  films.one({ fields: "director.name,director.films.title" }),
  true,
);
same<{ id: string; name: string; films: { id: string; year: number | null }[] }>()(
  directors.one({ fields: ["name"], expand: { films: { fields: "year", sort: "-year", limit: 3 } } }),
  true,
);

// Five levels.
const deep = directors.list({
  fields: "name",
  expand: {
    films: {
      fields: ["title"],
      expand: {
        studio: { fields: "name", expand: { films: { fields: "title", expand: { director: { fields: "country" } } } } },
      },
    },
  },
});
same<string | null | undefined>()(deep[0]?.films[0]?.studio?.films[0]?.director?.country, true);
// @ts-expect-error: not among the fields of the fifth level
deep[0]?.films[0]?.studio?.films[0]?.director?.name;

// A name of one's own, aggregates, and what is spread.
const summary = directors.one({
  fields: "name",
  expand: {
    best: { relation: "films", filter: { rating: { _gte: 8 } }, fields: "title" },
    kinds: { relation: "films", group_by: ["genre", "studio.name"], aggregates: { n: { count: "*" } } },
    films: { spread: true, aggregates: { count: { count: "*" }, mean: { avg: "year" }, last: { max: "released" } } },
    all: { relation: "films", spread: true, fields: "title,years:year" },
  },
});
same<{
  id: string;
  name: string;
  best: { id: string; title: string }[];
  kinds: { n: number; genre: "drama" | "comedy" | null; studio_name: string | null }[];
  count: number;
  mean: number | null;
  last: string | null;
  title: string[];
  years: (number | null)[];
}>()(summary, true);

// Documents have further keys, of unknown types.
same<unknown>()(typed("events").one().anything, true);
same<string>()(typed("events").one().created_at, true);

// What the compiler cannot know.
declare const some: string[];
same<string | undefined>()(films.one({ fields: some }).title, true);
same<string>()(films.one({ fields: some }).id, true);

// Without a schema, rows are JSON.
same<JsonObject[]>()(untyped("anything").list({ filter: { a: { b: 1 } }, expand: { c: {} }, sort: "-d" }), true);
