import { as } from "../../as.ts";
import { ALBUMS, ARTISTS, BANDS, GENRES } from "../../fixtures/music.ts";
import { exactly } from "../../match.ts";
import { get, items, type Scenario } from "../../scenario.ts";
import { bands, gives, one } from "./lists-expansions.ts";

/** What is computed of related items. */
export const scenarios: Scenario[] = [
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
];
