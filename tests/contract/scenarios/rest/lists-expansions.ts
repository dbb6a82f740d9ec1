import type { Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { BANDS, LABELS, music } from "../../fixtures/music.ts";
import { absent, type Expected, exactly } from "../../match.ts";
import type { NameOf } from "../../rows.ts";
import { type Call, get, INTERNALS, items, ok, refused, type Scenario } from "../../scenario.ts";

const needs = [music];

/** A read with expansions that succeeds. */
export const gives = (what: string, request: Call, body: Expected, who: Who = as.secretKey): Scenario => ({
  name: `expansions: ${what}${who === as.secretKey ? "" : `, as ${who.name}`}`,
  as: who,
  needs,
  request,
  expect: { ...ok(body), excludes: ['"error"', '"$', "__", ...INTERNALS] },
});
/** All bands in order, by their names. */
export const bands = (expand: Json, more: Call["query"] = {}): Call =>
  items("bands", { sort: "name", fields: "name", expand, ...more });
export const one = (name: NameOf<typeof BANDS>, expand: Json, fields = "name"): Call =>
  get(`/api/items/bands/${BANDS[name]}`, { fields, expand });

/** One relation several times, what must be there, and values that move up. */
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
];
