/** The methods of a client with a schema, and of one without. Checked by the compiler; it never runs. */
import type { JsonObject } from "@plinth/core";
import { type Client, createClient, type Filter, type Row } from "../../src/index.ts";
import { type Schema, same } from "./library.ts";

const ID = "018f4e9a-5c1e-7b3a-9c2d-000000000001";
declare const client: Client<Schema>;
const films = client.from("films");

export async function reads(): Promise<void> {
  const page = await films.list({ filter: { year: { _gte: 1960 }, "director.name": "Varda" }, fields: ["title"] });
  same<{ title: string; id: string }[]>()([...page.data], true);
  const film = await films.one(ID, { expand: { director: { fields: "name" } } }, { signal: AbortSignal.abort() });
  same<{ id: string; name: string } | null>()(film.director, true);
  for await (const { title, seen } of films.all({ sort: "-rating,title" }))
    same<[string, boolean]>()([title, seen], true);
  same<Row<Schema, "films">>()(await films.one(ID), true);
  const filter: Filter<Schema, "films"> = { seen: true };
  await films.list({ filter, limit: 5, meta: "filter_count" });

  // @ts-expect-error: no such collection
  client.from("flims");
  // @ts-expect-error: no such field
  films.list({ filter: { yeer: 1960 } });
  // @ts-expect-error: a text for a number
  films.all({ filter: { year: "1960" } });
  // @ts-expect-error: no such path
  films.list({ sort: "director.nam" });
  // @ts-expect-error: no option of a list
  films.list({ where: {} });
  // @ts-expect-error: an item has no filter
  films.one(ID, { filter: {} });
  // @ts-expect-error: what the query leaves out
  page.data[0]?.year;
}

export async function writes(): Promise<void> {
  same<Row<Schema, "films">>()(await films.create({ title: "Ran", studio: ID }), true);
  const { data, result } = await films.upsert({ title: "Ran" }, { on_conflict: "title" });
  same<[string, "inserted" | "updated" | "ignored"]>()([data.title, result], true);
  await films.update(ID, { year: { $inc: 1 } }, { if_version: 2, timeoutMs: 100 });
  await films.updateWhere({ seen: false }, { seen: true }, { all: true });

  // @ts-expect-error: a required field is missing
  films.createMany([{ title: "Ran" }]);
  // @ts-expect-error: no such field
  films.upsert({ titel: "Ran" }, { on_conflict: "title" });
  // @ts-expect-error: it has to be said what an item is found by
  films.upsert({ title: "Ran" }, {});
  // @ts-expect-error: the server sets it
  films.updateWhere({ seen: false }, { version: 1 });
  // @ts-expect-error: no such field
  films.deleteWhere({ sen: false });
}

export async function batches(): Promise<void> {
  const { made, others } = await client.batch((batch) => {
    const studio = batch.from("directors").create({ name: "Toho" });
    const made = batch.from("films").create({ title: "Ran", studio: studio.ref("id") });
    batch.from("films").guard({ filter: { title: "Ran" }, exists: true });
    return { made, others: [studio, batch.from("films").delete(ID)] };
  });
  same<string>()(made.title, true);
  same<string>()(others[0].name, true);
  same<void>()(others[1], true);

  // @ts-expect-error: a required field is missing
  client.batch((batch) => batch.from("films").create({ title: "Ran" }));
  // @ts-expect-error: no such field
  client.batch((batch) => batch.from("films").guard({ filter: { titel: "Ran" } }));
}

export function follows(): void {
  films.subscribe({ filter: { seen: false } }, (event) => {
    if (event.event === "enter") same<string>()(event.data.title, true);
  });
  films.live({ sort: "title", fields: "title" }, (rows) => same<string | undefined>()(rows[0]?.title, true));
  films.live({ aggregates: { films: { count: "*" } } }, ([row]) => row?.films.toFixed());

  // @ts-expect-error: no such field
  films.subscribe({ filter: { sen: false } }, () => undefined);
  // @ts-expect-error: no such field
  films.live({ fields: "titel" }, () => undefined);
  // @ts-expect-error: no such field
  films.live({ aggregates: { last: { max: "yeer" } }, filter: { seen: true } }, () => undefined);
}

export async function aggregates(): Promise<void> {
  const rows = await films.aggregate({
    aggregates: {
      n: { count: "*" },
      mean: { avg: "year" },
      last: { max: "released" },
      best: { max: "rating", cast: "number" },
    },
    group_by: ["genre", "director.country", { field: "created_at", bucket: "year", as: "made" }],
    filter: { seen: true, "director.name": { _istarts_with: "v" } },
    having: { n: { _gt: 1 } },
    sort: "-n",
  });
  type Row = { n: number; mean: number | null; last: string | null; best: number | null } & {
    genre: "drama" | "comedy" | null;
    director_country: string | null;
    made: string | null;
  };
  same<Row[]>()([...rows], true);
  same<{ n: number }[]>()([...(await films.aggregate({ aggregates: { n: { count: "*" } } }))], true);

  // @ts-expect-error: no such function
  films.aggregate({ aggregates: { films: { cnt: "*" } } });
  // @ts-expect-error: no such field
  films.aggregate({ aggregates: { last: { max: "yeer" } } });
  // @ts-expect-error: no such path to group by
  films.aggregate({ aggregates: { n: { count: "*" } }, group_by: ["director.contry"] });
  // @ts-expect-error: no such field to group by, with options
  films.aggregate({ aggregates: { n: { count: "*" } }, group_by: [{ field: "relesed", bucket: "year" }] });
  // @ts-expect-error: no such field
  films.aggregate({ aggregates: { n: { count: "*" } }, filter: { sen: true } });
  // @ts-expect-error: no option of an aggregate
  films.aggregate({ aggregates: { n: { count: "*" } }, fields: "title" });
  // @ts-expect-error: not computed
  rows[0]?.title;
}

export async function withoutSchema(): Promise<void> {
  const notes = createClient({ url: "" }).from("notes");
  const { data } = await notes.list({ filter: { whatever: 1 }, expand: { author: { fields: "name" } } });
  const note = await notes.create({ text: "a", author: { name: "b" } });
  const [count] = await notes.aggregate({ aggregates: { n: { count: "*" } }, group_by: ["any"] });
  same<JsonObject | undefined>()(count, true);
  for (const { text } of [...data, note]) if (typeof text === "string") text.trim();
}
