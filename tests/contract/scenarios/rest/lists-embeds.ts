import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { ALBUMS, ARTISTS, BANDS, GENRES, LABELS, music } from "../../fixtures/music.ts";
import { absent, type Expected, exactly } from "../../match.ts";
import type { NameOf } from "../../rows.ts";
import { type Call, get, INTERNALS, items, ok, refused, type Scenario } from "../../scenario.ts";

const needs = [music];

const gives = (what: string, request: Call, body: Expected, who: Who = as.secretKey): Scenario => ({
  name: `embeds: ${what}${who === as.secretKey ? "" : `, as ${who.name}`}`,
  as: who,
  needs,
  request,
  expect: { ...ok(body), excludes: ['"error"', '"$', "__", ...INTERNALS] },
});
const refuses = (
  what: string,
  expand: Json,
  [status, code, field]: [number, ErrorCode, string?],
  who: Who = as.secretKey,
): Scenario => ({
  name: `embeds: ${what} is refused${who === as.secretKey ? "" : `, as ${who.name}`}`,
  as: who,
  needs,
  request: items("bands", { fields: "name", expand }),
  expect: { ...refused(status, code, field), excludes: ['"data"', ...INTERNALS] },
});
const bands = (expand: Json, more: Call["query"] = {}): Call =>
  items("bands", { sort: "name", fields: "name", expand, ...more });
/** One relation so many times. */
const often = (count: number, options: JsonObject): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, options]));
const one = (name: NameOf<typeof BANDS>, expand: Json, fields = "name"): Call =>
  get(`/api/items/bands/${BANDS[name]}`, { fields, expand });

/** One relation several times, what must be there, values that move up, and what is computed of related items. */
export const scenarios: Scenario[] = [
  gives(
    "one list twice, each with a filter, an order and a page of its own",
    bands({
      first: { relation: "albums", sort: "released", limit: 1, fields: "title" },
      dear: { relation: "albums", filter: { price: { _gt: 11 } }, sort: "title", fields: "title" },
      albums: { sort: "-title", limit: 1, fields: "title" },
    }),
    {
      data: [
        { name: "Alpha", first: [{ title: "A1" }], dear: [{ title: "A2" }], albums: [{ title: "A3" }] },
        { name: "Bravo", first: [{ title: "B1" }], dear: [], albums: [{ title: "B1" }] },
        { name: "Chord", first: [{ title: "C1" }], dear: [{ title: "C1" }], albums: [{ title: "C2" }] },
        { name: "Dusk", first: [], dear: [], albums: [] },
      ],
    },
  ),
  gives(
    "the one item under another name, beside its id",
    one("alpha", { company: { relation: "label", fields: "name" } }, "name,label"),
    {
      data: exactly({
        id: BANDS.alpha,
        name: "Alpha",
        label: LABELS.north,
        company: { id: LABELS.north, name: "North" },
      }),
    },
  ),
  gives(
    "and without it",
    one("alpha", { company: { relation: "label", fields: "name" }, again: { relation: "label", fields: "id" } }),
    {
      data: exactly({
        id: BANDS.alpha,
        name: "Alpha",
        company: { id: LABELS.north, name: "North" },
        again: { id: LABELS.north },
      }),
    },
  ),
  gives(
    "a filter of the one item makes null of others",
    bands({ label: { filter: { name: "North" }, fields: "name" } }),
    { data: [{ label: { name: "North" } }, { label: { name: "North" } }, { label: null }, { label: null }] },
  ),

  gives("what is required leaves out the items without it", bands({ label: { required: true, fields: "name" } }), {
    data: [{ name: "Alpha" }, { name: "Bravo" }, { name: "Chord" }],
  }),
  gives(
    "counts go by what is required",
    bands({ albums: { required: true, filter: { sales: 100 }, fields: "title" } }, { meta: "*" }),
    {
      data: [
        { name: "Alpha", albums: [{ title: "A1" }] },
        { name: "Bravo", albums: [{ title: "B1" }] },
      ],
      meta: { filter_count: 2, total_count: 4 },
    },
  ),
  gives(
    "what is required of what is required",
    items("labels", {
      sort: "name",
      fields: "name",
      expand: {
        bands: {
          required: true,
          fields: "name",
          expand: { albums: { required: true, filter: { sales: { _gt: 100 } }, fields: "title" } },
        },
      },
    }),
    { data: [{ name: "South", bands: [{ name: "Chord", albums: [{ title: "C2" }] }] }] },
  ),
  gives(
    "of a level that need not be there, it leaves out items of that level",
    items("labels", {
      sort: "name",
      fields: "name",
      expand: {
        bands: { sort: "name", fields: "name", expand: { genres: { required: true, filter: { name: "jazz" } } } },
      },
    }),
    {
      data: [
        { name: "North", bands: [{ name: "Alpha", genres: [{ name: "jazz" }] }] },
        { name: "Silent", bands: [] },
        { name: "South", bands: [{ name: "Chord" }] },
      ],
    },
  ),
  gives(
    "hidden items do not count as there",
    items("labels", { sort: "name", fields: "name", expand: { bands: { required: true, fields: "name" } } }),
    { data: [{ name: "North" }] },
    as.publicKey,
  ),
  gives(
    "one item that has what is required",
    one("alpha", { albums: { required: true, filter: { title: "A2" }, fields: "title" } }),
    {
      data: { name: "Alpha", albums: [{ title: "A2" }] },
    },
  ),
  {
    ...gives("one item that has not", one("alpha", { albums: { required: true, filter: { title: "B1" } } }), null),
    expect: { ...refused(404, "ITEM_NOT_FOUND"), excludes: ['"data"', ...INTERNALS] },
  },
  gives(
    "pages and cursors go by what is required",
    bands({ albums: { required: true, fields: "title" } }, { limit: 2, offset: 1 }),
    { data: [{ name: "Bravo" }, { name: "Chord" }], has_more: false },
  ),

  gives(
    "spread puts the one item's values among the item's own",
    bands({ label: { spread: true, fields: "company:name,since:created_at::date" } }),
    {
      data: [
        { name: "Alpha", company: "North", label: absent },
        { name: "Bravo", company: "North" },
        { name: "Chord", company: "South" },
        { name: "Dusk", company: null, since: null },
      ],
    },
  ),
  gives(
    "spread of a list makes a list of each value, all in one order",
    one("alpha", { albums: { spread: true, sort: "title", fields: "title,price" } }),
    {
      data: exactly({
        id: BANDS.alpha,
        name: "Alpha",
        title: ["A1", "A2", "A3"],
        price: ["10.00", "12.50", null],
      }),
    },
  ),
  gives(
    "spread through two levels",
    items("tracks", {
      filter: { name: "seven" },
      fields: "name",
      expand: {
        album: {
          spread: true,
          fields: "title",
          expand: { band: { spread: true, fields: "band:name", expand: { label: { fields: "name" } } } },
        },
      },
    }),
    {
      data: [{ name: "seven", title: "C1", band: "Chord", label: { id: LABELS.south, name: "South" }, album: absent }],
    },
  ),

  gives(
    "what is computed of each item's own",
    bands({
      stats: {
        relation: "albums",
        aggregates: { n: { count: "*" }, sold: { sum: "sales" }, worth: { sum: "price" }, best: { max: "sales" } },
      },
    }),
    {
      data: [
        { stats: exactly({ n: 3, sold: 150, worth: "22.50", best: 100 }) },
        { stats: exactly({ n: 1, sold: 100, worth: "9.99", best: 100 }) },
        { stats: exactly({ n: 2, sold: 307, worth: "25.00", best: 300 }) },
        { stats: exactly({ n: 0, sold: null, worth: null, best: null }) },
      ],
    },
  ),
  gives(
    "spread, and as texts",
    bands({
      albums: {
        spread: true,
        aggregates: { albums: { count: "*", cast: "text" }, sold: { sum: "sales", cast: "text" } },
      },
    }),
    {
      data: [
        { name: "Alpha", albums: "3", sold: "150" },
        { name: "Bravo", albums: "1", sold: "100" },
        { name: "Chord", albums: "2", sold: "307" },
        { name: "Dusk", albums: "0", sold: null },
      ],
    },
  ),
  gives(
    "under a filter",
    bands({ cheap: { relation: "albums", filter: { price: { _lt: 11 } }, aggregates: { n: { count: "*" } } } }),
    { data: [{ cheap: { n: 1 } }, { cheap: { n: 1 } }, { cheap: { n: 1 } }, { cheap: { n: 0 } }] },
  ),
  gives(
    "in groups, with having, an order and a page for each item",
    items("labels", {
      sort: "name",
      fields: "name",
      expand: {
        bands: {
          aggregates: { bands: { count: "*" }, albums: { sum: "count(albums)" } },
          group_by: [{ field: "founded", as: "year" }],
          having: { albums: { _gt: 0 } },
          sort: "-year",
          limit: 1,
        },
      },
    }),
    {
      data: [
        { name: "North", bands: [exactly({ year: 2001, bands: 1, albums: 1 })] },
        { name: "Silent", bands: [] },
        { name: "South", bands: [exactly({ year: 1985, bands: 1, albums: 2 })] },
      ],
    },
  ),
  gives(
    "a second page of groups",
    items("labels", {
      filter: { name: "North" },
      fields: "name",
      expand: { bands: { aggregates: { n: { count: "*" } }, group_by: ["founded"], limit: 1, offset: 1 } },
    }),
    { data: [{ bands: [exactly({ founded: 2001, n: 1 })] }] },
  ),
  gives(
    "in groups by what is reached through relations",
    items("genres", {
      sort: "name",
      fields: "name",
      expand: {
        bands: { aggregates: { n: { count: "*" } }, group_by: [{ field: "label.name", as: "label", cast: "text" }] },
      },
    }),
    {
      data: [
        { name: "folk", bands: [] },
        {
          name: "jazz",
          bands: [
            { label: "North", n: 1 },
            { label: "South", n: 1 },
          ],
        },
        { name: "rock", bands: [{ label: "North", n: 2 }] },
      ],
    },
  ),
  gives(
    "by years",
    one("alpha", {
      albums: { aggregates: { n: { count: "*" } }, group_by: [{ field: "released", bucket: "year", as: "year" }] },
    }),
    {
      data: {
        albums: [
          { year: "1991-01-01", n: 1 },
          { year: "1993-01-01", n: 1 },
          { year: "1999-01-01", n: 1 },
        ],
      },
    },
  ),
  gives(
    "through a junction, of items that several share",
    items("artists", {
      sort: "name",
      fields: "name",
      expand: { bands: { spread: true, aggregates: { bands: { count: "*" }, first: { min: "founded" } } } },
    }),
    {
      data: [
        exactly({ id: ARTISTS.ann, name: "Ann", bands: 1, first: 1990 }),
        exactly({ id: ARTISTS.ben, name: "Ben", bands: 2, first: 1990 }),
        exactly({ id: ARTISTS.cyd, name: "Cyd", bands: 1, first: 1985 }),
        exactly({ id: ARTISTS.dee, name: "Dee", bands: 0, first: null }),
      ],
    },
  ),
  gives(
    "of the one item",
    items("albums", {
      filter: { title: { _in: ["A1", "C2"] } },
      sort: "title",
      fields: "title",
      expand: { band: { aggregates: { founded: { sum: "founded" } } } },
    }),
    { data: [{ band: { founded: 1990 } }, { band: { founded: 1985 } }] },
  ),
  gives(
    "at the second level",
    items("labels", {
      filter: { name: "North" },
      fields: "name",
      expand: {
        bands: { sort: "name", fields: "name", expand: { genres: { aggregates: { n: { count: "*" } } } } },
      },
    }),
    {
      data: [
        {
          bands: [
            { name: "Alpha", genres: { n: 2 } },
            { name: "Bravo", genres: { n: 1 } },
          ],
        },
      ],
    },
  ),
  gives(
    "hidden items are not counted",
    items("labels", { sort: "name", fields: "name", expand: { bands: { aggregates: { n: { count: "*" } } } } }),
    { data: [{ bands: { n: 2 } }, { bands: { n: 0 } }, { bands: { n: 0 } }] },
    as.publicKey,
  ),
  gives(
    "with all fields of the item",
    get(`/api/items/genres/${GENRES.folk}`, {
      expand: { n: { relation: "bands", aggregates: { n: { count: "*" } } } },
    }),
    {
      data: { name: "folk", version: 1, n: { n: 0 } },
    },
  ),
  gives(
    "in a body",
    {
      method: "POST",
      path: "/api/items/albums/query",
      body: { filter: { id: ALBUMS.c1 }, fields: ["n:title"], expand: { of: { relation: "band", fields: "name" } } },
    },
    { data: [exactly({ id: ALBUMS.c1, n: "C1", of: { id: BANDS.chord, name: "Chord" } })] },
  ),

  refuses("a relation that there is not", { a: { relation: "nothing" } }, [422, "UNKNOWN_FIELD", "expand.a.relation"]),
  refuses("what is no relation", { a: { relation: "founded" } }, [422, "VALIDATION", "expand.a.relation"]),
  refuses("a name that is none", { "a b": { relation: "albums" } }, [422, "VALIDATION", "expand"]),
  refuses("the name of a field", { name: { relation: "albums" } }, [422, "VALIDATION", "fields"]),
  refuses("a name twice by spreading", { albums: { spread: true, fields: "name:title" } }, [
    422,
    "VALIDATION",
    "fields",
  ]),
  refuses("spreading everything", { albums: { spread: true } }, [422, "VALIDATION", "expand.albums.fields"]),
  refuses("spreading an id", { label: { spread: true, fields: "id" } }, [422, "VALIDATION", "fields"]),
  refuses("another kind of required", { albums: { required: "yes" } }, [422, "VALIDATION", "expand.albums.required"]),
  refuses("having without aggregates", { albums: { having: {} } }, [422, "VALIDATION", "expand.albums.having"]),
  refuses("having without groups", { albums: { aggregates: { n: { count: "*" } }, having: { n: 1 } } }, [
    422,
    "VALIDATION",
    "expand.albums.having",
  ]),
  refuses("passing over the one row of aggregates", { albums: { aggregates: { n: { count: "*" } }, offset: 1 } }, [
    422,
    "VALIDATION",
    "expand.albums.offset",
  ]),
  refuses(
    "more relations than are read at once",
    often(10, { relation: "albums", expand: often(20, { relation: "tracks" }) }),
    [422, "LIMIT_EXCEEDED", "expand.a9.expand"],
  ),
  refuses("fields beside aggregates", { albums: { aggregates: { n: { count: "*" } }, fields: "title" } }, [
    422,
    "VALIDATION",
    "expand.albums.fields",
  ]),
  refuses("aggregates of another form", { albums: { aggregates: { n: "count" } } }, [
    422,
    "VALIDATION",
    "expand.albums.aggregates.n",
  ]),
  refuses("an unknown field in an aggregate", { albums: { aggregates: { n: { sum: "nothing" } } } }, [
    422,
    "UNKNOWN_FIELD",
    "expand.albums.aggregates.n.sum",
  ]),
  refuses(
    "a time zone",
    {
      albums: {
        aggregates: { n: { count: "*" } },
        group_by: [{ field: "created_at", bucket: "day", time_zone: "Europe/Rome" }],
      },
    },
    [422, "VALIDATION", "expand.albums.group_by.0.time_zone"],
  ),
  refuses(
    "a hidden field in an aggregate",
    { albums: { aggregates: { n: { sum: "sales" } } } },
    [403, "FIELD_FORBIDDEN", "expand.albums.aggregates.n.sum"],
    as.publicKey,
  ),
  refuses("a hidden list under another name", { a: { relation: "lineup" } }, [403, "FIELD_FORBIDDEN"], as.publicKey),
  refuses(
    "a hidden field that is required",
    { albums: { required: true, filter: { sales: 1 } } },
    [403, "FIELD_FORBIDDEN"],
    as.publicKey,
  ),
  refuses(
    "a junction out of reach that is required",
    { members: { required: true } },
    [403, "FORBIDDEN"],
    as.publicKey,
  ),
];
