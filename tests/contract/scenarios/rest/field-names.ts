import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { exactly } from "../../match.ts";
import { namedRows } from "../../rows.ts";
import { created, del, get, items, ok, patch, post, refused, type Scenario } from "../../scenario.ts";
import { gone, stored } from "../../steps.ts";

/** Names that an engine, its SQL or JavaScript uses itself: every one is a field like any other. */
const NAMES = [
  ...["xmin", "xmax", "cmin", "cmax", "ctid", "tableoid", "oid", "rowid"],
  ...["t", "t0", "r", "c", "n", "e", "x", "p", "b", "old", "new", "excluded", "doc", "seq", "item", "op", "before"],
  ...["value", "key", "type", "atom", "user", "order", "select", "table", "group", "default", "null", "true", "count"],
  ...["sum", "limit", "constructor", "valueof", "current_user", "filter", "sort", "data"],
];

const ROWS = namedRows(49, { one: 1, two: 2, three: 3 });
const valuesOf = (first: number): JsonObject => Object.fromEntries(NAMES.map((name, i) => [name, first + i]));
const integers = (names: readonly string[], more: JsonObject = {}): JsonObject[] =>
  names.map((name) => ({ name, type: "integer", ...more }));

const boxes = collection(
  {
    slug: "name_boxes",
    fields: [
      ...integers(NAMES.filter((name) => name !== "xmin")),
      { name: "xmin", type: "integer", unique: true, min: 0 },
      { name: "inside", type: "relation", to: "name_boxes" },
    ],
    indexes: [["ctid", "oid"]],
  },
  {
    rows: [
      { id: ROWS.one, ...valuesOf(100) },
      { id: ROWS.two, ...valuesOf(200), inside: ROWS.one },
    ],
  },
);
const grown = collection(
  { slug: "name_boxes_grown", fields: [{ name: "name", type: "text" }] },
  { rows: [{ name: "a" }] },
);

/** The one name that fields share with what every object of JavaScript has. */
const builds = collection(
  {
    slug: "builds",
    fields: [
      { name: "constructor", type: "text", default: "made" },
      { name: "size", type: "integer" },
    ],
  },
  {
    rules: [
      { role: "public", action: "read" },
      { role: "public", action: "create", fields: ["size"], presets: { constructor: "preset" } },
    ],
  },
);
const strictBuilds = collection({
  slug: "strict_builds",
  fields: [{ name: "constructor", type: "text", required: true }],
});

const path = (name: keyof typeof ROWS): string => `/api/items/name_boxes/${ROWS[name]}`;

const each = NAMES.flatMap((name, i): Scenario[] => [
  {
    name: `field names: ${name} in filter, sort and fields`,
    as: as.secretKey,
    needs: [boxes],
    request: items("name_boxes", {
      filter: { [name]: { _between: [100 + i, 200 + i] } },
      sort: `-${name}`,
      fields: name,
    }),
    expect: ok({ data: [{ [name]: 200 + i }, { [name]: 100 + i }] }),
  },
]);

const shown = (first: number): Json => valuesOf(first);

export const scenarios: Scenario[] = [
  {
    name: "create: a field called constructor gets its default",
    as: as.secretKey,
    needs: [builds],
    request: post("/api/items/builds", { size: 1 }),
    expect: created({ data: { constructor: "made", size: 1 } }),
    then: [
      {
        as: as.publicKey,
        request: post("/api/items/builds", {}),
        expect: created({ data: { constructor: "preset" } }),
      },
    ],
  },
  {
    name: "create: a field called constructor is required where it is",
    as: as.secretKey,
    needs: [strictBuilds],
    request: post("/api/items/strict_builds", {}),
    expect: refused(422, "VALIDATION", "constructor"),
  },
  ...each,
  {
    name: "field names: aggregates, groups and related items",
    as: as.secretKey,
    needs: [boxes],
    request: post("/api/items/name_boxes/aggregate", {
      group_by: ["xmin", "oid"],
      aggregates: { s: { sum: "rowid" }, m: { max: "inside.ctid" } },
      filter: { inside: { tableoid: { _gte: 0 } } },
    }),
    expect: ok({ data: [{ xmin: 200, oid: 206, s: 207, m: 104 }] }),
  },
  {
    name: "field names: they are read with the item, and with expand",
    as: as.secretKey,
    needs: [boxes],
    request: get(path("two"), { expand: "inside" }),
    expect: ok({ data: { ...(shown(200) as JsonObject), inside: { id: ROWS.one, ...valuesOf(100) } } }),
  },
  {
    name: "field names: they are written, logged and deleted",
    as: as.secretKey,
    needs: [boxes],
    request: post("/api/items/name_boxes", { id: ROWS.three, ...valuesOf(300) }),
    expect: created({ data: shown(300) as JsonObject }),
    then: [
      { request: patch(path("three"), { xmin: { $inc: 7 }, rowid: 5 }), expect: ok({ data: { xmin: 307, rowid: 5 } }) },
      {
        request: patch("/api/items/name_boxes?filter=%7B%22ctid%22%3A304%7D", { oid: 9 }),
        expect: { status: 200, excludes: [] },
      },
      stored(path("three"), { xmin: 307, rowid: 5, oid: 9, ctid: 304 }),
      { request: post("/api/items/name_boxes", { xmin: 100 }), expect: refused(409, "UNIQUE_VIOLATION", "xmin") },
      { request: post("/api/items/name_boxes", { xmin: -1 }), expect: refused(422, "VALIDATION", "xmin") },
      {
        request: {
          ...post("/api/items/name_boxes", { xmin: 307, cmax: 11 }),
          query: { on_conflict: "xmin", resolution: "merge" },
        },
        expect: { status: [200, 201], excludes: [] },
      },
      stored(path("three"), { xmin: 307, cmax: 11, rowid: 5 }),
      { request: del(path("three")), expect: ok() },
      gone(path("three")),
      {
        request: get("/api/changes", { collection: "name_boxes" }),
        expect: { status: 200, excludes: [] },
      },
    ],
  },
  {
    name: "field names: they are added, described and dropped",
    as: as.secretKey,
    needs: [grown],
    request: patch("/api/collections/name_boxes_grown", { fields: integers(["xmin", "rowid", "oid"], { default: 4 }) }),
    expect: ok({
      data: {
        fields: exactly([{ name: "name", type: "text" }, ...integers(["xmin", "rowid", "oid"], { default: 4 })]),
      },
    }),
    then: [
      { request: items("name_boxes_grown"), expect: ok({ data: [{ name: "a", xmin: 4, rowid: 4, oid: 4 }] }) },
      {
        request: patch("/api/collections/name_boxes_grown", {
          fields: integers(["xmin"], { default: 4, indexed: true }),
        }),
        expect: ok({ data: { slug: "name_boxes_grown" } }),
      },
      { request: items("name_boxes_grown", { filter: { xmin: 4 } }), expect: ok({ data: [{ name: "a", xmin: 4 }] }) },
      {
        request: del("/api/collections/name_boxes_grown/fields/xmin", { confirm: "xmin" }),
        expect: { status: [200, 204], excludes: [] },
      },
      { request: items("name_boxes_grown"), expect: ok({ data: [{ name: "a", rowid: 4, oid: 4 }] }) },
    ],
  },
];
