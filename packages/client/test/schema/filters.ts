/** Which queries compile. These files are checked by the compiler; they never run. */
import type { Filter, Query } from "../../src/schema/index.ts";
import { type Schema, typed } from "./library.ts";

const films = typed("films");
const directors = typed("directors");

films.list({ filter: { title: "Ran", year: 1985, rating: "8.2", seen: true, genre: "drama", director: null } });
films.list({ filter: { title: { _istarts_with: "r" }, year: { _between: [1980, 1990] }, rating: { _gte: 8 } } });
films.list({ filter: { title: { _in: ["Ran"] }, owner_id: "$user.id", released: { _gt: "$now" } } });
films.list({ filter: { created_at: { _gt: { $now: { sub: { hours: 1 } } } }, title: { _eq: { $literal: "$9.99" } } } });
films.list({ filter: { _or: [{ year: 1985 }, { _not: { title: { _like: "R%" } } }], $and: [{ seen: false }] } });
films.list({ filter: { director: { country: "FR", films: { _every: { rating: { _gt: "8" } } } } } });
films.list({ filter: { "director.country": { _null: true }, "director.films.studio.name": "Ghibli" } });
films.list({ filter: { "count(director.films)": { _gte: 2 }, "max(director.films.rating)": { _gt: "8" } } });
films.list({ filter: { facts: { minutes: { _gt: 90 } }, "facts.tags[0]": "war", "director.owner.name": "Mary" } });
directors.list({ filter: { films: null, "films.title": { _contains: "a" } } });
directors.list({ filter: { films: { _none: { seen: false } }, country: { _in: ["FR", "JP"] } } });
typed("events").list({ filter: { "at.x": { _gt: 1 }, kind: "click" }, sort: "-at.x", fields: "kind" });
films.list({ sort: "-rating,director.name", limit: 10, offset: 5, meta: ["filter_count"], count: "estimate" });
directors.list({ sort: ["-max(films.rating)", "count(films)", "name"], cursor: "" });

// @ts-expect-error: no such field
films.list({ filter: { titel: "Ran" } });
// @ts-expect-error: no such field, in an alternative
films.list({ filter: { _or: [{ title: "Ran" }, { titel: "Ran" }] } });
// @ts-expect-error: no such field, in a negation
films.list({ filter: { $not: { seen: true, titel: "Ran" } } });
// @ts-expect-error: no such field of the related item
films.list({ filter: { director: { name: "Kurosawa", nam: "x" } } });
// @ts-expect-error: no such field at the end of a path
films.list({ filter: { "director.films.studio.nam": "x" } });
// @ts-expect-error: no relation in the middle of a path
films.list({ filter: { "title.name": "x" } });
// @ts-expect-error: no such list to count
films.list({ filter: { "count(director.film)": { _gt: 1 } } });
// @ts-expect-error: no such field, below a quantifier
directors.list({ filter: { films: { _some: { titel: "x" } } } });
// @ts-expect-error: no such operator
films.list({ filter: { year: { _foo: 1 } } });
// @ts-expect-error: no such operator beside one that is right
films.list({ filter: { year: { _gt: 1, _foo: 1 } } });
// @ts-expect-error: an operator of texts on a number
films.list({ filter: { year: { _contains: 1 } } });
// @ts-expect-error: an operator of texts on a date
films.list({ filter: { released: { _icontains: "1985" } } });
// @ts-expect-error: booleans have no order
films.list({ filter: { seen: { _gt: false } } });
// @ts-expect-error: a text for a number
films.list({ filter: { year: "1985" } });
// @ts-expect-error: a number in a list of texts
films.list({ filter: { title: { _in: ["Ran", 7] } } });
// @ts-expect-error: not among the values of the enum
films.list({ filter: { genre: "war" } });
// @ts-expect-error: the wrong type at the end of a path
films.list({ filter: { "director.name": 7 } });
// @ts-expect-error: the wrong operator at the end of a path
films.list({ filter: { "director.films.year": { _contains: "x" } } });
// @ts-expect-error: a range has two ends
films.list({ filter: { year: { _between: [1980] } } });
// @ts-expect-error: no such variable for a number
films.list({ filter: { year: "$user.age" } });

// @ts-expect-error: no such field to sort by
films.list({ sort: "-titel" });
// @ts-expect-error: no such field to sort by, among others
films.list({ sort: ["title", "director.nam"] });
// @ts-expect-error: no such field to return
films.list({ fields: ["title", "titel"] });
// @ts-expect-error: no such field to return, in a text
films.list({ fields: "title,titel" });
// @ts-expect-error: no such field of the related item
films.list({ fields: ["director.nam"] });
// @ts-expect-error: no such field under another name
films.list({ fields: "name:titel" });
// @ts-expect-error: what is inside JSON needs a name
films.list({ fields: ["facts.minutes"] });
// @ts-expect-error: only values of the item itself get another name
films.list({ fields: ["by:director.name"] });
films.list({ fields: ["minutes:facts.minutes"], expand: { director: true } });
// @ts-expect-error: not a relation
films.list({ expand: "title" });
// @ts-expect-error: no such relation at the end of a path
films.list({ expand: ["director.film"] });
// @ts-expect-error: no such relation
films.list({ expand: { directr: {} } });
// @ts-expect-error: no such relation under another name
films.list({ expand: { other: { relation: "directr" } } });
// @ts-expect-error: no such option of a relation
films.list({ expand: { director: { filtr: {} } } });
// @ts-expect-error: no such field in the filter of a relation
directors.list({ expand: { films: { filter: { titel: "x" } } } });
// @ts-expect-error: the wrong type in the filter of a relation under another name
directors.list({ expand: { old: { relation: "films", filter: { year: "1985" } } } });
// @ts-expect-error: no such field, two levels down
directors.list({ expand: { films: { expand: { studio: { fields: ["nam"] } } } } });
// @ts-expect-error: no such option
films.list({ filtr: {} });
// @ts-expect-error: a text for a number
films.list({ limit: "10" });
// @ts-expect-error: no such collection
typed("film");

// Parts that are written elsewhere keep their types.
const recent: Filter<Schema, "films"> = { year: { _gt: 2000 } };
films.list({ filter: recent });
films.list({ filter: { _and: [recent, { seen: false }] } });
const query: Query<Schema, "films"> = { filter: recent, sort: "title" };
films.list(query);
directors.list({ filter: { films: { _some: recent } } });
// @ts-expect-error: no such field
export const wrong: Filter<Schema, "films"> = { titel: "Ran" };
// @ts-expect-error: of another collection
directors.list({ filter: recent });
