import { as, type Who } from "../../as.ts";
import { BANDS, music, TRACKS } from "../../fixtures/music.ts";
import { type NameOf, rowsOf } from "../../rows.ts";
import { type Call, INTERNALS, items, ok, type Scenario } from "../../scenario.ts";
import { refuses } from "./lists-expand.ts";

const needs = [music];

const sorts = (
  what: string,
  query: Call["query"],
  names: NameOf<typeof BANDS>[],
  who: Who = as.secretKey,
): Scenario => ({
  name: `lists: ${what}${who === as.secretKey ? "" : `, as ${who.name}`}`,
  as: who,
  needs,
  request: items("bands", query),
  expect: {
    ...ok(rowsOf(BANDS, ...names)),
    excludes: ['"error"', ...(who === as.secretKey ? [] : ["Chord"]), ...INTERNALS],
  },
});

/** Items in the order of what is related to them. */
export const scenarios: Scenario[] = [
  sorts("sort by a count of related items", { sort: "-count(albums),name" }, ["alpha", "chord", "bravo", "dusk"]),
  sorts("sort by a largest value, where there is none smallest", { sort: "max(albums.price)" }, [
    "dusk",
    "bravo",
    "alpha",
    "chord",
  ]),
  sorts("sort by a sum, from the top", { sort: "-sum(albums.sales),name" }, ["chord", "alpha", "bravo", "dusk"]),
  sorts("sort by a to-one", { sort: "-label.name,name" }, ["chord", "alpha", "bravo", "dusk"]),
  sorts("sort by a relation aggregate after a to-one", { sort: "-count(label.bands),-name" }, [
    "bravo",
    "alpha",
    "chord",
    "dusk",
  ]),
  sorts("sort sees no hidden items", { sort: "-min(albums.released)" }, ["bravo", "alpha", "dusk"], as.publicKey),
  refuses("a sort by a list", { sort: "albums.title" }, [422, "VALIDATION", "sort"]),
  refuses(
    "a sort by a hidden field of a list",
    { sort: "max(albums.sales)" },
    [403, "FIELD_FORBIDDEN", "sort"],
    as.publicKey,
  ),
  refuses("a sort over an unreadable junction", { sort: "count(members)" }, [403, "FORBIDDEN"], as.publicKey),
  {
    name: "lists: keyset paging by a relation aggregate gives every row once",
    as: as.secretKey,
    needs,
    request: items("tracks", { sort: "album.band.name,-seconds", limit: "3", cursor: "" }),
    expect: ok({ ...rowsOf(TRACKS, "three", "two", "four"), has_more: true }),
    then: [
      {
        request: ({ replies }) =>
          items("tracks", {
            sort: "album.band.name,-seconds",
            limit: "10",
            cursor: (replies[0]!.json as { next_cursor: string }).next_cursor,
          }),
        expect: ok({ ...rowsOf(TRACKS, "one", "five", "six", "seven"), next_cursor: null }),
      },
      { request: items("bands", { sort: "-count(albums)", limit: "1", cursor: "" }), expect: ok({ has_more: true }) },
      {
        request: ({ replies }) =>
          items("bands", {
            sort: "-count(albums)",
            limit: "9",
            cursor: (replies[2]!.json as { next_cursor: string }).next_cursor,
          }),
        expect: ok({ data: [{}, { name: "Bravo" }, { name: "Dusk" }], next_cursor: null }),
      },
    ],
  },
];
