/** What may be written. These files are checked by the compiler; they never run. */
import type { Override, Row } from "../../src/schema/index.ts";
import { from, type Schema, same, typed, untyped } from "./library.ts";

const films = typed("films");
const directors = typed("directors");
const ID = "018f4e9a-5c1e-7b3a-9c2d-000000000001";

films.create({ title: "Ran", studio: ID });
films.create({ id: ID, title: "Ran", studio: ID, rating: 8.2, year: null, facts: { minutes: 162 }, owner_id: null });
films.create({ title: "Ran", studio: { name: "Toho" }, director: { $lookup: { name: "Kurosawa" } } });
films.create({ title: { $ref: "ops.0.title" }, studio: { $ref: "ops.1.id" } });
directors.create({ name: "Varda", films: [{ title: "Cléo", studio: ID }] });
directors.create({ name: "Varda", films: { create: [{ title: "Cléo", studio: ID }], link: [ID, { id: ID }] } });
typed("albums").create({ stills: [ID, "b.png"] });
typed("albums").create({ stills: { link: ["c.png"], unlink: [ID] } });
typed("events").create({ kind: "click", at: { x: 1 } });
same<Row<Schema, "films">>()(films.create({ title: "Ran", studio: ID }), true);

// @ts-expect-error: a list in an order has texts
typed("albums").create({ stills: [1] });
// @ts-expect-error: a list without an order is no list of ids
directors.create({ name: "Varda", films: [ID] });
// @ts-expect-error: a required field is missing
films.create({ title: "Ran" });
// @ts-expect-error: no such field
films.create({ title: "Ran", studio: ID, titel: "x" });
// @ts-expect-error: a text for a number
films.create({ title: "Ran", studio: ID, year: "1985" });
// @ts-expect-error: a required field is never null
films.create({ title: null, studio: ID });
// @ts-expect-error: not among the values of the enum
films.create({ title: "Ran", studio: ID, genre: "war" });
// @ts-expect-error: the server sets it
films.create({ title: "Ran", studio: ID, created_at: "2024-05-01" });
// @ts-expect-error: a related item lacks a required field
directors.create({ name: "Varda", films: [{ title: "Cléo" }] });
// @ts-expect-error: no such unique field
films.create({ title: "Ran", studio: { $lookup: { nam: "Toho" } } });
// @ts-expect-error: accounts have other routes
typed("users").create({ name: "Mary" });

films.update({ title: "Ran" });
films.update({ year: { $inc: 1 }, rating: { $inc: "0.1" }, facts: { $append: ["war"] } });
films.update({ director: null, studio: ID });
directors.update({ films: { unlink: [ID], set: [] } });
typed("users").update({ bio: "new here" });

// @ts-expect-error: texts are not added
films.update({ title: { $inc: 1 } });
// @ts-expect-error: a number is added
films.update({ year: { $inc: "1" } });
// @ts-expect-error: only lists in JSON
films.update({ title: { $append: ["x"] } });
// @ts-expect-error: an id never changes
films.update({ id: ID });
// @ts-expect-error: the server sets it
films.update({ version: 2 });
// @ts-expect-error: a required relation is never null
films.update({ studio: null });

// One line gives a JSON field its type, and documents their keys.
type Facts = { minutes: number; tags: string[] };
const own = from<Override<Schema, { films: { facts: Facts | null }; events: { kind: "click" | "key" } }>>();
same<Facts | null>()(own("films").one().facts, true);
same<string>()(own("films").one().title, true);
same<"click" | "key">()(own("events").one().kind, true);
own("films").create({ title: "Ran", studio: ID, facts: { minutes: 162, tags: [] } });
own("films").update({ facts: { $append: ["x"] } });
own("films").list({ filter: { "facts.minutes": { _gt: 90 }, title: "Ran" }, fields: ["title", "m:facts.minutes"] });
// @ts-expect-error: not what was said of the field
own("films").create({ title: "Ran", studio: ID, facts: { minutes: "162", tags: [] } });
// @ts-expect-error: no such field
export type WrongField = Override<Schema, { films: { fact: Facts } }>;
// @ts-expect-error: no such collection
export type WrongCollection = Override<Schema, { film: { facts: Facts } }>;

untyped("anything").create({ a: 1, b: { c: null } });
untyped("anything").update({ a: { $inc: 1 } });
