import type { ErrorCode, Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { ALBUMS, ARTISTS, BANDS, GENRES, LABELS, music, TRACKS } from "../../fixtures/music.ts";
import { absent, type Expected, exactly } from "../../match.ts";
import type { NameOf } from "../../rows.ts";
import { type Call, get, INTERNALS, items, ok, refused, type Scenario } from "../../scenario.ts";

const needs = [music];
const HIDDEN = ["Chord", "C1", "C2", "sales", "founded", "vocals", ...INTERNALS];

const gives = (what: string, request: Call, body: Expected, who: Who = as.secretKey): Scenario => ({
  name: `lists: ${what}${who === as.secretKey ? "" : `, as ${who.name}`}`,
  as: who,
  needs,
  request,
  expect: { ...ok(body), excludes: ['"error"', ...(who === as.secretKey ? INTERNALS : HIDDEN)] },
});
export const refuses = (
  what: string,
  query: Call["query"],
  [status, code, field]: [number, ErrorCode, string?],
  who: Who = as.secretKey,
): Scenario => ({
  name: `lists: ${what} is refused`,
  as: who,
  needs,
  request: items("bands", query),
  expect: { ...refused(status, code, field), excludes: ['"data"', "Alpha", "Chord", "vocals", ...INTERNALS] },
});
const one = (name: NameOf<typeof BANDS>, query: Call["query"]): Call => get(`/api/items/bands/${BANDS[name]}`, query);
const expand = (value: Json): Call => one("alpha", { expand: value, fields: "name" });

/** Related items in their places: whole lists, parts of them, level by level. */
export const scenarios: Scenario[] = [
  gives("are not in an answer unless asked for", one("alpha", {}), {
    data: { name: "Alpha", albums: absent, genres: absent, members: absent },
  }),
  gives("expand puts the items in place, by default the newest first", one("alpha", { expand: "albums,genres" }), {
    data: {
      name: "Alpha",
      albums: (list) => Array.isArray(list) && list.length === 3,
      genres: (list) => Array.isArray(list) && list.length === 2,
      members: absent,
    },
  }),
  gives("an empty list is an empty list", one("dusk", { expand: "albums,members,label" }), {
    data: { name: "Dusk", albums: [], members: [], label: null },
  }),
  gives("every parent gets its own", items("bands", { sort: "name", expand: { genres: { sort: "name" } } }), {
    data: [
      { genres: [{ name: "jazz" }, { name: "rock" }] },
      { genres: [{ name: "rock" }] },
      { genres: [{ name: "jazz" }] },
      { genres: [] },
    ],
  }),
  gives(
    "filter, sort, limit and offset of a level are each parent's",
    items("bands", {
      sort: "name",
      fields: "name",
      expand: { albums: { filter: { price: { _null: false } }, sort: "-price", limit: 1, fields: "title" } },
    }),
    {
      data: [
        { albums: [exactly({ id: ALBUMS.a2, title: "A2" })] },
        { albums: [exactly({ id: ALBUMS.b1, title: "B1" })] },
        { albums: [exactly({ id: ALBUMS.c1, title: "C1" })] },
        { albums: [] },
      ],
    },
  ),
  gives(
    "an offset of a level",
    items("bands", { sort: "name", expand: { albums: { sort: "released", limit: 1, offset: 1 } } }),
    { data: [{ albums: [{ title: "A2" }] }, { albums: [] }, { albums: [{ title: "C2" }] }, { albums: [] }] },
  ),
  gives("a sort of a level by a relation aggregate and by null", expand({ albums: { sort: "-count(tracks),sales" } }), {
    data: { albums: [{ title: "A1" }, { title: "A2" }, { title: "A3", sales: null }] },
  }),
  gives(
    "three levels, each with options of its own",
    items("labels", {
      sort: "name",
      fields: "name",
      expand: {
        bands: {
          sort: "-name",
          fields: "name",
          expand: {
            albums: {
              sort: "title",
              limit: 2,
              fields: "title",
              expand: { tracks: { filter: { seconds: { _gt: 100 } }, sort: "-seconds", limit: 1, fields: "seconds" } },
            },
          },
        },
      },
    }),
    {
      data: [
        {
          name: "North",
          bands: [
            { name: "Bravo", albums: [{ title: "B1", tracks: [exactly({ id: TRACKS.five, seconds: 400 })] }] },
            {
              name: "Alpha",
              albums: [
                { title: "A1", tracks: [{ seconds: 300 }] },
                { title: "A2", tracks: [{ seconds: 150 }] },
              ],
            },
          ],
        },
        { name: "Silent", bands: [] },
        { name: "South", bands: [{ albums: [{ tracks: [{ seconds: 250 }] }, { title: "C2", tracks: [] }] }] },
      ],
    },
  ),
  gives("paths expand what is on the way", items("labels", { sort: "name", expand: "bands.genres" }), {
    data: [{ bands: [{ genres: [{}] }, { genres: [{}, {}] }] }, { bands: [] }, { bands: [{ genres: [{}] }] }],
  }),
  gives("a list, then the to-one back", expand({ albums: { sort: "title", limit: 1, expand: "band.label" } }), {
    data: { albums: [{ band: { id: BANDS.alpha, name: "Alpha", label: { id: LABELS.north, name: "North" } } }] },
  }),
  gives(
    "fields of a junction come by a list over it",
    expand({ lineup: { sort: "since", fields: "role,artist.name" } }),
    {
      data: exactly({
        id: BANDS.alpha,
        name: "Alpha",
        lineup: [
          { role: "vocals", artist: { name: "Ann", id: ARTISTS.ann } },
          { role: "drums", artist: { name: "Ben", id: ARTISTS.ben } },
        ].map((row, i) => ({ id: `00000086-0000-4000-8000-00000000000${i + 1}`, ...row })),
      }),
    },
  ),
  gives("fields with dots expand", one("chord", { fields: "name,genres.name,albums.tracks.name" }), {
    data: {
      id: BANDS.chord,
      founded: absent,
      genres: [exactly({ id: GENRES.jazz, name: "jazz" })],
      albums: (list) => JSON.stringify(list).includes('"seven"'),
    },
  }),
  gives("fields with a star", one("chord", { fields: "label.*" }), {
    data: { id: BANDS.chord, name: absent, label: { id: LABELS.south, name: "South", version: 1 } },
  }),
  gives("a bare list among the fields is that list", one("bravo", { fields: "genres" }), {
    data: { id: BANDS.bravo, name: absent, genres: [{ name: "rock", version: 1 }] },
  }),
  gives("the other side of a junction", items("genres", { sort: "name", expand: { bands: { sort: "name" } } }), {
    data: [{ bands: [] }, { bands: [{ name: "Alpha" }, { name: "Chord" }] }, { bands: [{}, {}] }],
  }),
  gives(
    "a list of one item of a list of items",
    items("bands", { filter: { name: "Alpha" }, expand: { label: true } }),
    {
      data: [{ label: { name: "North" } }],
    },
  ),

  gives(
    "hidden items are not in lists",
    items("labels", { sort: "name", expand: "bands.albums" }),
    {
      data: [
        {
          name: "North",
          bands: [
            { name: "Bravo", albums: [{}] },
            { name: "Alpha", albums: [{}, {}, {}] },
          ],
        },
        { name: "Silent" },
        { name: "South", bands: [] },
      ],
    },
    as.publicKey,
  ),
  gives(
    "hidden fields are not in the items of lists",
    one("alpha", { expand: { albums: { sort: "title" } } }),
    {
      data: { founded: absent, albums: [{ title: "A1", sales: absent, price: "10.00" }, {}, {}] },
    },
    as.publicKey,
  ),
  refuses(
    "a hidden field of a level",
    { expand: { albums: { fields: "sales" } } },
    [403, "FIELD_FORBIDDEN", "expand.albums.fields"],
    as.publicKey,
  ),
  refuses(
    "a hidden field in a level's filter",
    { expand: { albums: { filter: { sales: 7 } } } },
    [403, "FIELD_FORBIDDEN"],
    as.publicKey,
  ),
  refuses(
    "a hidden field in a level's sort",
    { expand: { albums: { sort: "sales" } } },
    [403, "FIELD_FORBIDDEN", "expand.albums.sort"],
    as.publicKey,
  ),
  refuses("a hidden field by its path", { fields: "albums.sales" }, [403, "FIELD_FORBIDDEN"], as.publicKey),
  refuses("a hidden list", { expand: "lineup" }, [403, "FIELD_FORBIDDEN", "expand"], as.publicKey),
  refuses("a list over an unreadable junction, expanded,", { expand: "members" }, [403, "FORBIDDEN"], as.publicKey),
  refuses(
    "an unreadable junction at the third level",
    { expand: "genres.bands.members" },
    [403, "FORBIDDEN"],
    as.publicKey,
  ),
  gives("six levels are allowed", expand("label.bands.label.bands.label.bands"), {
    data: { label: { bands: [{}, {}] } },
  }),
];
