import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { list } from "../../fixtures/collection.ts";
import { SHOPS, shops, WARES, wares } from "../../fixtures/shops.ts";
import { absent, including } from "../../match.ts";
import { namedRows } from "../../rows.ts";
import { created, del, get, items, ok, patch, post, refused, type Scenario, type Step } from "../../scenario.ts";

const TOWNS = namedRows(90, { oslo: 10 });
const FOLK = namedRows(90, { top: 20, mid: 21, low: 22 });

const needs = [shops, wares];
const at = (slug: string): string => `/api/collections/${slug}`;
const isAsBefore: Step = {
  as: as.secretKey,
  request: get(at("shops")),
  expect: { ...ok({ data: { slug: "shops" } }), excludes: ["bad_list"] },
};

/** A list that cannot be; nothing of it is left. */
const bad = (what: string, field: JsonObject, wrong: string, slug = "shops"): Scenario => ({
  name: `lists: ${what} is no definition`,
  as: as.secretKey,
  needs,
  request: patch(at(slug), { fields: [field] }),
  expect: { ...refused(422, "VALIDATION", `fields.0.${wrong}`), excludes: ['"data"', "first-shop"] },
  then: [isAsBefore],
});

/** What lists are made of: the relation that points back, or a junction. */
export const scenarios: Scenario[] = [
  {
    name: "lists: the reverse of a relation is a field without a column",
    as: as.secretKey,
    needs: [wares],
    request: patch(at("shops"), { fields: [list("wares", "wares", { via: "shop" })] }),
    expect: ok({ data: { fields: including({ name: "wares", type: "relation_many", to: "wares", via: "shop" }) } }),
    then: [
      {
        request: items("shops", { expand: "wares", filter: { "wares.weight": 3 } }),
        expect: ok({ data: [{ id: SHOPS.first, wares: [{ name: "first-ware", shop: SHOPS.first }] }] }),
      },
      { request: items("shops"), expect: ok({ data: [{ wares: absent }] }) },
    ],
  },
  {
    name: "lists: a virtual field is deleted without a confirmation, and nothing with it",
    as: as.secretKey,
    needs: [wares],
    given: [{ request: patch(at("shops"), { fields: [list("again", "wares", { via: "shop" })] }), expect: ok() }],
    request: del(`${at("shops")}/fields/again`),
    expect: { ...ok({ data: { slug: "shops" } }), excludes: ["again", '"error"'] },
    then: [
      {
        request: items("shops", { expand: "again" }),
        expect: { ...refused(422, "UNKNOWN_FIELD", "expand"), excludes: [] },
      },
      {
        request: items("wares"),
        expect: { ...ok({ data: [{ id: WARES.first, shop: SHOPS.first }] }), excludes: [] },
      },
    ],
  },
  {
    name: "lists: an error in a junction names its place among the fields of the request",
    as: as.secretKey,
    needs,
    request: patch(at("shops"), {
      fields: [{ name: "bad_list_first", type: "text" }, list("bad_list", "wares", { through: "Bad Name" })],
    }),
    expect: { ...refused(422, "VALIDATION", "fields.1.through"), excludes: ['"data"', "first-shop"] },
    then: [isAsBefore],
  },
  {
    name: "lists: as does one whose ends cannot be distinguished",
    as: as.secretKey,
    needs,
    request: patch(at("shops"), {
      fields: [{ name: "bad_list_first", type: "text" }, list("bad_list", "shops", { through: "bad_list_pairs" })],
    }),
    expect: { ...refused(422, "VALIDATION", "fields.1.via"), excludes: ['"data"', "first-shop"] },
    then: [isAsBefore],
  },
  {
    name: "lists: a junction that does not exist is made, with both ends",
    as: as.secretKey,
    needs: [shops],
    request: post("/api/collections", {
      slug: "towns",
      fields: [{ name: "name", type: "text" }, list("shops", "shops", { through: "shops_towns" })],
    }),
    expect: created({ data: { fields: including({ name: "shops", via: "towns", target: "shops" }) } }),
    then: [
      {
        request: get(at("shops_towns")),
        expect: ok({
          data: {
            fields: [
              { name: "towns", type: "relation", to: "towns", required: true, on_delete: "cascade" },
              { name: "shops", type: "relation", to: "shops", required: true, on_delete: "cascade" },
            ],
            unique_together: [["towns", "shops"]],
          },
        }),
      },
      { request: post("/api/items/towns", { id: TOWNS.oslo, name: "Oslo" }), expect: created() },
      {
        request: post("/api/items/shops_towns", { towns: TOWNS.oslo, shops: SHOPS.first }),
        expect: created(),
      },
      {
        request: post("/api/items/shops_towns", { towns: TOWNS.oslo, shops: SHOPS.first }),
        expect: { ...refused(409, "UNIQUE_VIOLATION") },
      },
      {
        request: patch(at("shops_towns"), { fields: [{ name: "opened", type: "date" }] }),
        expect: ok({ data: { fields: including({ name: "opened" }) } }),
      },
      { request: items("towns", { expand: "shops" }), expect: ok({ data: [{ shops: [{ name: "first-shop" }] }] }) },
      { request: del(`/api/items/towns/${TOWNS.oslo}`), expect: ok() },
      { request: items("shops_towns"), expect: ok({ data: [] }) },
    ],
  },
  {
    name: "lists: a collection related to itself names both ends",
    as: as.secretKey,
    needs: [shops],
    request: post("/api/collections", {
      slug: "folk",
      fields: [
        { name: "name", type: "text" },
        { name: "boss", type: "relation", to: "folk", on_delete: "set_null" },
        list("reports", "folk", { via: "boss" }),
        list("friends", "folk", { through: "friendships", via: "one", target: "other" }),
      ],
    }),
    expect: created({ data: { slug: "folk" } }),
    then: [
      {
        request: post("/api/items/folk", [
          { id: FOLK.top, name: "Top" },
          { id: FOLK.mid, name: "Mid", boss: FOLK.top },
          { id: FOLK.low, name: "Low", boss: FOLK.mid },
        ]),
        expect: created(),
      },
      {
        request: post("/api/items/friendships", { one: FOLK.top, other: FOLK.low }),
        expect: created(),
      },
      {
        request: get(`/api/items/folk/${FOLK.top}`, { expand: "reports.reports,friends.boss" }),
        expect: ok({
          data: { reports: [{ name: "Mid", reports: [{ name: "Low" }] }], friends: [{ boss: { name: "Mid" } }] },
        }),
      },
      {
        request: items("folk", { filter: { reports: { _none: { name: "Mid" } } }, sort: "name" }),
        expect: ok({ data: [{ name: "Low" }, { name: "Mid" }] }),
      },
    ],
  },
  bad("a list without a target", { name: "bad_list", type: "relation_many", via: "shop" }, "to"),
  bad("a list of a collection that is not there", list("bad_list", "nowhere", { via: "shop" }), "to"),
  bad("a list without a way back", list("bad_list", "wares", {}), "via"),
  bad("a list by a field that is not there", list("bad_list", "wares", { via: "nope" }), "via"),
  bad("a list by a field that is no relation", list("bad_list", "wares", { via: "weight" }), "via"),
  bad("a list by a relation to elsewhere", list("bad_list", "wares", { via: "shop" }), "via", "wares"),
  bad("a list with a target but no junction", list("bad_list", "wares", { via: "shop", target: "x" }), "target"),
  bad("a junction whose ends are missing", list("bad_list", "wares", { through: "wares" }), "via"),
  {
    name: "lists: a junction of a bad name is no definition",
    as: as.secretKey,
    needs,
    request: post("/api/collections", { slug: "hamlets", fields: [list("shops", "shops", { through: "Bad Name" })] }),
    expect: refused(422, "VALIDATION", "fields.0.through"),
    then: [
      { request: get(at("hamlets")), expect: { ...refused(404, "COLLECTION_NOT_FOUND"), excludes: ["Bad Name"] } },
    ],
  },
  bad("a required list", list("bad_list", "wares", { via: "shop", required: true }), "required"),
  bad("a unique list", list("bad_list", "wares", { via: "shop", unique: true }), "unique"),
  bad("a list with a default", list("bad_list", "wares", { via: "shop", default: [] }), "default"),
  bad("a list with on_delete", list("bad_list", "wares", { via: "shop", on_delete: "cascade" }), "on_delete"),
  bad("a text with via", { name: "bad_list", type: "text", via: "shop" }, "via"),
  bad("a column that becomes a list", list("name", "wares", { via: "shop" }), "type"),
  {
    name: "lists: no list in an index",
    as: as.secretKey,
    needs: [wares],
    request: patch(at("wares"), { indexes: [["weight", "nope"]] }),
    expect: refused(422, "UNKNOWN_FIELD", "indexes.0"),
    then: [{ request: get(at("wares")), expect: ok({ data: { indexes: [["shop", "weight"]] } }) }],
  },
  {
    name: "lists: composite indexes are replaced as a whole",
    as: as.secretKey,
    needs: [wares],
    request: patch(at("wares"), {
      indexes: [
        ["name", "weight"],
        ["shop", "weight"],
      ],
    }),
    expect: ok({
      data: {
        indexes: [
          ["name", "weight"],
          ["shop", "weight"],
        ],
      },
    }),
    then: [
      { request: items("wares", { filter: { name: "first-ware", weight: 3 } }), expect: ok({ data: [{ weight: 3 }] }) },
      { request: patch(at("wares"), { indexes: [["shop", "weight"]] }), expect: ok() },
    ],
  },
];
