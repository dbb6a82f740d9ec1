import type { ErrorCode, Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { ARTISTS, BANDS, GENRES, MEMBERSHIPS, music } from "../../fixtures/music.ts";
import { type NameOf, rowsOf } from "../../rows.ts";
import { INTERNALS, items, ok, refused, type Scenario } from "../../scenario.ts";

const needs = [music];

/** Which bands, by name, match; what is in the names of the others must not occur. */
const finds = (what: string, filter: Json, names: NameOf<typeof BANDS>[], who: Who = as.secretKey): Scenario => ({
  name: `lists: ${what}${who === as.secretKey ? "" : `, as ${who.name}`}`,
  as: who,
  needs,
  request: items("bands", { filter, sort: "name", fields: "name", meta: "filter_count" }),
  expect: {
    ...ok({ ...rowsOf(BANDS, ...names), meta: { filter_count: names.length } }),
    excludes: [
      '"error"',
      ...["Alpha", "Bravo", "Chord", "Dusk"].filter((name) => !names.some((found) => found === name.toLowerCase())),
      ...INTERNALS,
    ],
  },
});
const refuses = (
  what: string,
  filter: Json,
  [status, code, field]: [number, ErrorCode, string?],
  who: Who = as.secretKey,
  slug = "bands",
): Scenario => ({
  name: `lists: ${what} is refused`,
  as: who,
  needs,
  request: items(slug, { filter }),
  expect: { ...refused(status, code, field), excludes: ['"data"', "Alpha", "Chord", ...INTERNALS] },
});

/** Filters that look into lists: some, none, every, how many and how much. */
export const scenarios: Scenario[] = [
  finds("a dotted name asks for some related item", { "genres.name": "jazz" }, ["alpha", "chord"]),
  finds("a nested object asks the same", { genres: { name: "jazz" } }, ["alpha", "chord"]),
  finds("several conditions in one object hold for one item", { albums: { sales: 100, title: "A2" } }, []),
  finds(
    "conditions in several members may hold for several items",
    { $and: [{ "albums.sales": 100 }, { "albums.title": "A2" }] },
    ["alpha"],
  ),
  finds("_some says it aloud", { albums: { _some: { price: { _gt: "12" } } } }, ["alpha", "chord"]),
  finds("_none: no item is so, and none at all will do", { albums: { _none: { sales: { _gte: 100 } } } }, ["dusk"]),
  finds("_every: all are so, and none at all will do", { albums: { _every: { sales: { _gt: 60 } } } }, [
    "bravo",
    "dusk",
  ]),
  finds("_every with an operator that null fails", { albums: { _every: { price: { _null: false } } } }, [
    "bravo",
    "chord",
    "dusk",
  ]),
  finds("_some and _none together", { albums: { _some: { sales: 100 }, _none: { sales: 50 } } }, ["bravo"]),
  finds("null: no items", { albums: null }, ["dusk"]),
  finds("_null: true is the same", { members: { _null: true } }, ["dusk"]),
  finds("_null: false: some items", { genres: { _null: false } }, ["alpha", "bravo", "chord"]),
  finds(
    "_empty and _nempty count lists too",
    { $and: [{ lineup: { _nempty: true } }, { genres: { _empty: false } }] },
    ["alpha", "bravo", "chord"],
  ),
  finds("a list is compared by ids", { genres: GENRES.jazz }, ["alpha", "chord"]),
  finds("_in on a list", { members: { _in: [ARTISTS.cyd, ARTISTS.dee] } }, ["chord"]),
  finds("$not is the exact complement", { $not: { "albums.price": { _gt: "9.99" } } }, ["bravo", "dusk"]),
  finds("two lists deep", { "albums.tracks.seconds": { _gte: 300 } }, ["alpha", "bravo"]),
  finds("every inside some", { albums: { _some: { tracks: { _every: { seconds: { _gte: 200 } } } } } }, [
    "alpha",
    "chord",
  ]),
  finds("a to-one after lists", { "members.bands.label.name": "South" }, ["chord"]),
  finds("what an item of a list points back to can be compared", { "albums.band": BANDS.bravo }, ["bravo"]),
  finds("a list after a to-one", { "label.bands.name": "Bravo" }, ["alpha", "bravo"]),
  finds("there and back again, four hops", { "label.bands.albums.tracks.name": "five" }, ["alpha", "bravo"]),
  finds("fields of a junction are reached by a list over it", { lineup: { role: "vocals", since: { _lt: 1990 } } }, [
    "chord",
  ]),
  finds("the junction leads on", { lineup: { role: "drums", "artist.name": "Ben" } }, ["alpha"]),
  finds("text operators, folding ASCII", { "members.name": { _istarts_with: "BE" } }, ["alpha", "bravo"]),
  finds("JSON inside a list", { "albums.tracks.tags.mood": "slow" }, ["bravo"]),
  finds("a system field of related items", { "lineup.id": MEMBERSHIPS.cydInChord }, ["chord"]),
  finds("count of a list", { "count(albums)": { _gte: 2 } }, ["alpha", "chord"]),
  finds("count of nothing is 0", { "count(albums)": 0 }, ["dusk"]),
  finds("sum of a list, nulls left out", { "sum(albums.sales)": 150 }, ["alpha"]),
  finds("sum of nothing is null", { "sum(albums.sales)": null }, ["dusk"]),
  finds("avg", { "avg(albums.sales)": { _between: [70, 80] } }, ["alpha"]),
  finds("min and max of decimals", { "max(albums.price)": { _gt: "12.5" } }, ["chord"]),
  finds("min and max of dates", { "min(albums.released)": { _lt: "1990-01-01" } }, ["chord"]),
  finds("max of texts", { "max(members.name)": "Ben" }, ["alpha", "bravo"]),
  finds("a relation aggregate after a to-one", { "count(label.bands)": 2 }, ["alpha", "bravo"]),
  finds("folds among other conditions", { $or: [{ "count(members)": 0 }, { "max(lineup.since)": { _gt: 2000 } }] }, [
    "bravo",
    "dusk",
  ]),

  finds("hidden items count for nothing", { "count(albums)": { _gte: 1 } }, ["alpha", "bravo"], as.publicKey),
  finds("a hidden band is not found by its visible genre", { "genres.name": "jazz" }, ["alpha"], as.publicKey),
  finds(
    "hidden items are not there for _every",
    { albums: { _every: { released: { _gte: "1991-01-01" } } } },
    ["alpha", "bravo", "dusk"],
    as.publicKey,
  ),
  finds("back through a list sees no hidden siblings", { "genres.bands.name": "Chord" }, [], as.publicKey),
  finds("a signed-in user is under the public's rules", { "genres.name": "jazz" }, ["alpha"], as.user("alice")),

  refuses(
    "a hidden field of related items",
    { "albums.sales": { _gt: 1 } },
    [403, "FIELD_FORBIDDEN", "filter.albums.sales"],
    as.publicKey,
  ),
  refuses("a hidden field in a relation aggregate", { "sum(albums.sales)": 1 }, [403, "FIELD_FORBIDDEN"], as.publicKey),
  refuses("a hidden field in _none", { albums: { _none: { sales: 7 } } }, [403, "FIELD_FORBIDDEN"], as.publicKey),
  refuses("a list over an unreadable junction", { "members.name": "Ann" }, [403, "FORBIDDEN"], as.publicKey),
  refuses("a count over an unreadable junction", { "count(members)": 1 }, [403, "FORBIDDEN"], as.publicKey),
  refuses(
    "an unreadable junction from the other side",
    { "bands.name": "x" },
    [403, "FORBIDDEN"],
    as.publicKey,
    "artists",
  ),
  refuses("a list that the rule hides", { lineup: null }, [403, "FIELD_FORBIDDEN"], as.publicKey),
  refuses("an anonymous look", { "genres.name": "x" }, [401, "UNAUTHORIZED"], as.anonymous, "memberships"),
  refuses("another workspace's key", { "genres.name": "x" }, [404, "COLLECTION_NOT_FOUND"], as.otherSecretKey),
  refuses("an unknown field of related items", { "genres.nope": 1 }, [422, "UNKNOWN_FIELD", "filter.genres.nope"]),
  refuses("an unknown operator on a list", { genres: { _most: {} } }, [422, "UNKNOWN_OPERATOR"]),
  refuses("_some with a bare value", { albums: { _some: 1 } }, [422, "VALIDATION", "filter.albums._some"]),
  refuses("an id that is none", { genres: "rock" }, [422, "VALIDATION", "filter.genres"]),
  refuses("a wrong type for related items", { "albums.sales": "many" }, [422, "VALIDATION", "filter.albums.sales"]),
  refuses("a relation aggregate of what is no list", { "count(label)": 1 }, [422, "VALIDATION"]),
  refuses("a relation aggregate over two lists", { "count(albums.tracks)": 1 }, [422, "VALIDATION"]),
  refuses("an unknown relation aggregate", { "median(albums.sales)": 1 }, [422, "UNKNOWN_FIELD"]),
  refuses("a sum of texts", { "sum(albums.title)": 1 }, [422, "VALIDATION"]),
  refuses("a relation aggregate compared with a wrong type", { "count(albums)": "two" }, [422, "VALIDATION"]),
  refuses(
    "a path of seven relations",
    { "album.band.label.bands.albums.tracks.album.title": "x" },
    [422, "LIMIT_EXCEEDED"],
    as.secretKey,
    "tracks",
  ),
  refuses("a fourth list on one path", { "genres.bands.albums.tracks.name": "x" }, [
    422,
    "LIMIT_EXCEEDED",
    "filter.genres.bands.albums.tracks.name",
  ]),
  refuses(
    "a fourth list inside objects",
    { genres: { bands: { $or: [{ albums: { _none: { "count(tracks)": 0 } } }] } } },
    [422, "LIMIT_EXCEEDED"],
  ),
  refuses("a circle through one relation", { "label.bands.label.bands.label.bands.name": "x" }, [
    422,
    "VALIDATION",
    "filter.label.bands.label.bands.label.bands.name",
  ]),
  refuses("a way straight back", { "albums.band.label.name": "South" }, [
    422,
    "VALIDATION",
    "filter.albums.band.label.name",
  ]),
  refuses("a way straight back inside objects", { albums: { _some: { $not: { band: { name: "x" } } } } }, [
    422,
    "VALIDATION",
    "filter.albums._some.$not.band",
  ]),
  refuses("a way straight back in a relation aggregate", { lineup: { "count(band.albums)": 1 } }, [422, "VALIDATION"]),
  refuses(
    "a way straight back by a caller under rules",
    { "albums.band.label.name": "x" },
    [422, "VALIDATION", "filter.albums.band.label.name"],
    as.publicKey,
  ),
  refuses("SQL in a relation aggregate", { "count(albums) or 1=1 --": 1 }, [422, "UNKNOWN_FIELD"]),
  {
    name: "lists: six relations are allowed",
    as: as.secretKey,
    needs,
    request: items("tracks", {
      filter: { "album.band.label.bands.albums.tracks.name": "five" },
      sort: "seconds,name",
      fields: "name",
    }),
    expect: ok({ data: ["six", "one", "four", "two", "three", "five"].map((name) => ({ name })) }),
  },
  finds("a band's own id at the end of a circle", { "genres.bands.id": BANDS.chord }, ["alpha", "chord"]),
];
