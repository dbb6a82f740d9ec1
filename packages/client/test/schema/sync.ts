/** Synced data with a schema, and without one. Checked by the compiler; it never runs. */
import type { Json, JsonObject } from "@plinth/core";
import { createCollection } from "@tanstack/db";
import { type Client, createClient, type Override } from "../../src/index.ts";
import { useQuery, useSync } from "../../src/react/index.ts";
import { type LocalRow, type Sync, sync } from "../../src/sync/index.ts";
import { failedCollectionOptions, syncCollectionOptions, writeMutations } from "../../src/tanstack-db.ts";
import { type Schema, same } from "./library.ts";

const ID = "018f4e9a-5c1e-7b3a-9c2d-000000000001";
declare const client: Client<Schema>;
const db = sync(client, {
  shapes: {
    films: { filter: { year: { _gte: 1960 }, "director.name": "Varda" }, decimals: ["rating"] },
    french: { collection: "directors", filter: { country: "FR" }, fields: ["name", "country"] },
  },
});

type LocalFilm = {
  id: string;
  title: string;
  studio: string;
  created_at?: string | undefined;
  director?: string | null | undefined;
  facts?: unknown;
  genre?: "drama" | "comedy" | undefined;
  owner_id?: string | null | undefined;
  rating?: string | null | undefined;
  released?: string | null | undefined;
  seen?: boolean | undefined;
  version?: number | undefined;
  year?: number | null | undefined;
};

export function shapes(): void {
  sync(client, { shapes: { films: {}, unseen: { collection: "films", filter: { seen: false } } }, user: "ada" });
  sync(client, { shapes: { films: { collection: "directors", filter: { country: "FR" } } } });

  // @ts-expect-error: no such collection
  sync(client, { shapes: { flims: {} } });
  // @ts-expect-error: no such collection under another name
  sync(client, { shapes: { mine: { collection: "flims" } } });
  // @ts-expect-error: no such field
  sync(client, { shapes: { films: { filter: { yeer: 1960 } } } });
  // @ts-expect-error: no such field of the collection that is named
  sync(client, { shapes: { mine: { collection: "films", filter: { name: "Varda" } } } });
  // @ts-expect-error: a text for a number
  sync(client, { shapes: { mine: { collection: "films", filter: { year: "1960" } } } });
  // @ts-expect-error: no such path
  sync(client, { shapes: { films: { filter: { "director.nam": "Varda" } } } });
  // @ts-expect-error: no such field to keep
  sync(client, { shapes: { films: { fields: ["titel"] } } });
  // @ts-expect-error: a list is not kept with its item
  sync(client, { shapes: { directors: { fields: ["films"] } } });
  // @ts-expect-error: no such field
  sync(client, { shapes: { films: { decimals: ["ratng"] } } });
  // @ts-expect-error: no option of a shape
  sync(client, { shapes: { films: { limit: 5 } } });
  // @ts-expect-error: no option of a shape under another name
  sync(client, { shapes: { mine: { collection: "films", sort: "title" } } });
}

export function reads(): void {
  same<LocalFilm[]>()(db.query("films"), true);
  same<LocalFilm | undefined>()(db.get("films", ID), true);
  same<LocalRow<Schema, "films">[]>()(db.query("films", { sort: "-year,title", limit: 5 }), true);
  db.query("films", { filter: { title: { _icontains: "a" }, director: ID, owner_id: "$user.id", seen: null } });
  db.query("films", { filter: { _or: [{ year: 1985 }, { $not: { released: { _gt: "$now" } } }] }, sort: ["-year"] });
  db.query("films", { filter: { "facts.minutes": { _gt: 90 }, facts: { tags: { _contains: "war" } } } });
  // The fields that the shape keeps; the country only if it was given.
  db.watch("directors", { sort: "name" }, (rows) =>
    same<{ id: string; name: string; country?: string | null | undefined; version?: number | undefined }[]>()(
      rows,
      true,
    ),
  );

  // @ts-expect-error: no shape holds it
  db.query("events");
  // @ts-expect-error: the shape does not keep it
  db.get("directors", ID)?.owner_id;
  // @ts-expect-error: the shape does not keep it
  db.query("directors", { filter: { owner_id: "$user.id" } });
  // @ts-expect-error: no such field
  db.query("films", { filter: { titel: "Ran" } });
  // @ts-expect-error: a text for a number
  db.query("films", { filter: { _or: [{ year: "1985" }] } });
  // @ts-expect-error: another row would have to be read
  db.query("films", { filter: { "director.name": "Varda" } });
  // @ts-expect-error: another row would have to be read
  db.query("films", { filter: { director: { name: "Varda" } } });
  // @ts-expect-error: only the server has it
  db.query("films", { filter: { title: { _regex: "^R" } } });
  // @ts-expect-error: only the server computes it
  db.query("films", { filter: { released: { _gt: { $now: { sub: { days: 1 } } } } } });
  // @ts-expect-error: no such field to sort by
  db.query("films", { sort: "-titel" });
  // @ts-expect-error: no such field to sort by, in a list
  db.query("films", { sort: ["title", "director.name"] });
  // @ts-expect-error: no option of a query
  db.watch("films", { fields: "title" }, () => undefined);
}

export async function writes(): Promise<void> {
  const id = await db.create("films", { title: "Ran", studio: ID, rating: "8.2", facts: { minutes: 162 } });
  await db.update("films", id, { year: { $inc: 1 }, rating: { $inc: "0.1" }, facts: { $append: ["war"] } });
  await db.batch((batch) => {
    const studio = batch.create("directors", { id: ID, name: "Toho" });
    batch.update("films", id, { studio, director: null });
    batch.delete("films", id);
  });
  // What no shape holds can be written too.
  await db.create("events", { kind: "click" });

  // @ts-expect-error: a required field is missing
  db.create("films", { title: "Ran" });
  // @ts-expect-error: no such field
  db.create("films", { title: "Ran", studio: ID, titel: "x" });
  // @ts-expect-error: it would be shown as a number, and is read as a text
  db.create("films", { title: "Ran", studio: ID, rating: 8.2 });
  // @ts-expect-error: relations take ids
  db.create("films", { title: "Ran", studio: { name: "Toho" } });
  // @ts-expect-error: the server sets it
  db.update("films", ID, { version: 2 });
  // @ts-expect-error: texts are not added
  db.update("films", ID, { title: { $inc: 1 } });
  // @ts-expect-error: a required field is missing
  db.batch((batch) => batch.create("films", { title: "Ran" }));
  // @ts-expect-error: no such collection
  db.delete("flims", ID);
}

export function useRows(plain: Sync): void {
  same<readonly JsonObject[]>()(useQuery(plain, "notes"), true);
  same<readonly LocalFilm[]>()(useQuery(db, "films", { filter: { seen: false }, sort: "title" }), true);
  useSync(db).queued.toFixed();
  // @ts-expect-error: no such field
  useQuery(db, "films", { filter: { titel: "Ran" } });
  // @ts-expect-error: no shape holds it
  useQuery(db, "users");
}

export function collections(): void {
  const films = createCollection(syncCollectionOptions(db, { collection: "films", filter: { seen: false } }));
  const { title, rating } = films.get(ID)!;
  same<[string, string | null | undefined]>()([title, rating], true);
  films.insert({ id: ID, title: "Ran", studio: ID });
  films.update(ID, (draft) => {
    draft.title = "Ran (1985)";
  });
  createCollection(failedCollectionOptions(db));
  writeMutations(db);
  // @ts-expect-error: no such field
  syncCollectionOptions(db, { collection: "films", filter: { sen: false } });
  // @ts-expect-error: no shape holds it
  syncCollectionOptions(db, { collection: "users" });
  // @ts-expect-error: a required field is missing
  films.insert({ id: ID, title: "Ran" });
}

type Facts = { minutes: number };
type Own = Override<Schema, { films: { facts: Facts | null } }>;

export function overridden(own: Sync<Own>): void {
  same<Facts | null | undefined>()(own.get("films", ID)?.facts, true);
  // @ts-expect-error: not what was said of the field
  own.update("films", ID, { facts: { minutes: "162" } });
}

export async function withoutSchema(): Promise<void> {
  const notes = sync(createClient({ url: "" }), { shapes: { notes: { filter: { whatever: { _in: [1] } } }, own: {} } });
  same<JsonObject[]>()(notes.query("notes", { filter: { any: { thing: 1 } }, sort: "-any,other" }), true);
  same<JsonObject | undefined>()(notes.get("others", ID), true);
  await notes.create("notes", { text: "a", any: { b: [null] } });
  const plain: Sync = notes;
  const rows = createCollection(syncCollectionOptions(plain, { collection: "notes" }));
  same<Json | undefined>()(rows.get(ID)?.anything, true);
  // @ts-expect-error: no option of a shape
  sync(createClient({ url: "" }), { shapes: { notes: { filtr: {} } } });
}
