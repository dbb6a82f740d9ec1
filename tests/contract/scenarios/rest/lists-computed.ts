import type { ErrorCode } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { ALBUMS, music, TRACKS } from "../../fixtures/music.ts";
import { type Expected, exactly } from "../../match.ts";
import { type Call, get, INTERNALS, items, ok, post, refused, type Scenario } from "../../scenario.ts";
import { DOCS, docs } from "./documents.ts";

const needs = [music];

const gives = (what: string, request: Call, body: Expected, who: Who = as.secretKey): Scenario => ({
  name: `computed: ${what}`,
  as: who,
  needs,
  request,
  expect: { ...ok(body), excludes: ['"error"', "__o", ...INTERNALS] },
});
const refuses = (
  what: string,
  slug: string,
  fields: string,
  [status, code]: [number, ErrorCode],
  who: Who = as.secretKey,
  field = "fields",
): Scenario => ({
  name: `computed: ${what} is refused`,
  as: who,
  needs,
  request: items(slug, { fields }),
  expect: { ...refused(status, code, field), excludes: ['"data"', ...INTERNALS] },
});
const seven = (fields: string): Call => get(`/api/items/tracks/${TRACKS.seven}`, { fields });
const first = (fields: string): Call => get(`/api/items/albums/${ALBUMS.a1}`, { fields });
const is = (id: string, values: { [name: string]: Expected }): Expected => ({
  data: exactly({ id, ...values } as never),
});

/** Values under names of their own: other names, insides of JSON, other types. */
export const scenarios: Scenario[] = [
  gives("a field under another name", first("name:title,title,cost:price"), {
    data: exactly({ id: ALBUMS.a1, name: "A1", title: "A1", cost: "10.00" }),
  }),
  gives("all fields and one more", first("*,name:title"), {
    data: { name: "A1", title: "A1", price: "10.00", version: 1 },
  }),
  gives("the id of what is related", first("of:band"), is(ALBUMS.a1, { of: "00000081-0000-4000-8000-000000000001" })),
  gives(
    "what is inside JSON, of whatever kind",
    seven("moods:tags.moods,bpm:tags.bpm,take:tags.takes[1],none:tags.nothing,deep:tags.bpm.deeper"),
    is(TRACKS.seven, {
      moods: ["calm", "warm", "odd"],
      bpm: "92.5",
      take: { good: true, at: 3 },
      none: null,
      deep: null,
    }),
  ),
  gives(
    "positions in lists, from either end",
    seven("a:tags.moods[0],z:tags.moods[-1],y:tags.moods[-3],x:tags.moods[3],w:tags.moods[-4],at:tags.takes[-1].at"),
    is(TRACKS.seven, { a: "calm", z: "odd", y: "calm", x: null, w: null, at: 3 }),
  ),
  gives(
    "a position is none in an object, nor a name in a list",
    seven("a:tags[0],b:tags.moods.0"),
    is(TRACKS.seven, { a: null, b: null }),
  ),
  gives(
    "a position is none in a text",
    items("tracks", { filter: { name: "five" }, fields: "a:tags.mood[0],b:tags.mood[-1],c:tags.mood[0][0]" }),
    { data: [{ a: null, b: null, c: null }] },
  ),
  gives("a filter by a position", items("tracks", { filter: { "tags.moods[1]": "warm" }, fields: "name" }), {
    data: [{ name: "seven" }],
  }),
  gives(
    "a filter by a position from the end",
    items("tracks", { filter: { tags: { "takes[-1]": { good: true } } }, fields: "name" }),
    { data: [{ name: "seven" }] },
  ),
  gives(
    "a sort by a position",
    items("tracks", { filter: { tags: { _null: false } }, sort: "-tags.moods[0]", fields: "name,m:tags.moods[0]" }),
    {
      data: [
        { name: "seven", m: "calm" },
        { name: "five", m: null },
      ],
    },
  ),
  gives(
    "groups by a position",
    post("/api/items/tracks/aggregate", {
      aggregates: { n: { count: "*" } },
      group_by: [{ field: "tags.moods[1]", as: "mood" }],
    }),
    {
      data: [
        { mood: null, n: 6 },
        { mood: "warm", n: 1 },
      ],
    },
  ),
  gives(
    "casts keep a field's name",
    first("sales::text,price::number,released::timestamp"),
    is(ALBUMS.a1, { sales: "100", price: 10, released: "1991-05-01T00:00:00.000Z" }),
  ),
  gives(
    "casts of what is inside JSON",
    seven(
      "bpm:tags.bpm::number,whole:tags.bpm::integer,moods:tags.moods::text,good:tags.takes[1].good::integer,none:tags.none::integer",
    ),
    is(TRACKS.seven, { bpm: 92.5, whole: 93, moods: '["calm","warm","odd"]', good: 1, none: null }),
  ),
  gives(
    "an object as text, whatever order the database keeps its keys in",
    seven("t:tags.takes[1]::text"),
    is(TRACKS.seven, { t: '{"at":3,"good":true}' }),
  ),
  gives(
    "a time as a date",
    get(`/api/items/albums/${ALBUMS.a1}`, { fields: "day:created_at::date,stamp:created_at::text" }),
    {
      data: {
        day: (value) => /^\d{4}-\d\d-\d\d$/.test(String(value)),
        stamp: (value) => String(value).endsWith("Z"),
      },
    },
  ),
  gives(
    "in a list with filter, sort and cursor",
    items("albums", {
      filter: { sales: { _gt: 90 } },
      sort: "-sales,title",
      cursor: "",
      limit: 2,
      fields: "n:title,s:sales::text",
    }),
    {
      data: [exactly({ id: ALBUMS.c2, n: "C2", s: "300" }), exactly({ id: ALBUMS.a1, n: "A1", s: "100" })],
      next_cursor: (value) => typeof value === "string",
    },
  ),
  {
    ...gives(
      "of documents",
      items("docs", { sort: "id", fields: "title,lang:meta.lang,tag:meta.tags[0],year::text,r:IMDB Rating::integer" }),
      {
        data: [
          exactly({ id: DOCS.alpha, title: "Alpha", lang: "en", tag: "x", year: "1990", r: 8 }),
          exactly({ id: DOCS.beta, title: "beta", lang: "fr", tag: null, year: "2001", r: null }),
          exactly({ id: DOCS.anger, title: "Ärger", lang: null, tag: null, year: "1990", r: 6 }),
          exactly({ id: DOCS.untitled, title: null, lang: null, tag: null, year: "1985", r: null }),
          exactly({ id: DOCS.other, lang: null, tag: null, year: null, r: null }),
        ],
      },
    ),
    needs: [docs],
  },
  {
    ...gives(
      "the name of a hidden field is free, and tells nothing of it",
      items("albums", { fields: "*,sales:title", limit: 1 }),
      {
        data: [{ sales: (value) => /^[AB]\d$/.test(String(value)) }],
      },
    ),
    as: as.publicKey,
  },
  refuses("the same value twice", "albums", "a:title,b:title", [422, "VALIDATION"]),
  refuses("a text that is no number", "albums", "n:title::integer", [422, "VALIDATION"], as.secretKey, "n"),
  refuses("a type that is none", "albums", "n:title::money", [422, "VALIDATION"]),
  refuses("a path inside JSON without a name", "tracks", "tags.moods", [422, "UNKNOWN_FIELD"]),
  refuses("a cast of it without a name", "tracks", "tags.moods::text", [422, "VALIDATION"]),
  refuses("whole JSON as another type", "tracks", "t:tags::text", [422, "VALIDATION"]),
  refuses("a name twice", "albums", "title,title:sales", [422, "VALIDATION"]),
  refuses("the name of the id", "albums", "id:title", [422, "VALIDATION"]),
  refuses("a name of a field beside all of them", "albums", "*,price:title", [422, "VALIDATION"]),
  refuses("a field that there is not", "albums", "n:nothing", [422, "UNKNOWN_FIELD"]),
  refuses("what another item has", "albums", "n:band.name", [422, "VALIDATION"]),
  refuses("a relation aggregate", "albums", "n:count(tracks)", [422, "VALIDATION"]),
  refuses("a list", "albums", "n:tracks", [422, "VALIDATION"]),
  refuses("a hidden field under another name", "albums", "n:sales", [403, "FIELD_FORBIDDEN"], as.publicKey),
  refuses("a hidden field as another type", "albums", "sales::text", [403, "FIELD_FORBIDDEN"], as.publicKey),
];
