import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { SHOPS, wares } from "../../fixtures/shops.ts";
import { created, dataOf, del, get, items, ok, patch, post, refused, type Scenario } from "../../scenario.ts";

const ruled = collection({
  slug: "ruled",
  fields: [
    { name: "label", type: "text" },
    { name: "secret", type: "text" },
  ],
});
const ruledBy = collection(
  { slug: "ruled_by", fields: [{ name: "to", type: "relation", to: "ruled" }] },
  { needs: [ruled] },
);

const at = (slug: string): string => `/api/collections/${slug}`;

/** Fields go by `DELETE /api/collections/:slug/fields/:name`, with their values and for good. */
export const scenarios: Scenario[] = [
  {
    name: "fields: one that others go by stays",
    as: as.secretKey,
    needs: [wares],
    given: [
      {
        request: patch(at("shops"), { fields: [{ name: "stock", type: "relation_many", to: "wares", via: "shop" }] }),
        expect: ok(),
      },
    ],
    request: del(`${at("wares")}/fields/shop`, { confirm: "shop" }),
    expect: { ...refused(409, "REFERENCE_IN_USE", "shop"), excludes: ['"data"', "first-ware"] },
    then: [{ request: items("wares"), expect: ok({ data: [{ shop: SHOPS.first }] }) }],
  },
  ...(
    [
      ["condition", { action: "read", condition: { secret: "x" } }],
      ["fields", { action: "read", fields: ["label", "secret"] }],
      ["preset", { action: "create", presets: { secret: "x" } }],
      ["check", { action: "update", check: { secret: { _null: true } } }],
      ["condition, through a relation", { action: "read", collection: "ruled_by", condition: { "to.secret": "x" } }],
    ] as [string, JsonObject][]
  ).map(
    ([part, rule]): Scenario => ({
      name: `fields: one that a rule goes by stays, by its ${part}`,
      as: as.secretKey,
      needs: [ruled, ruledBy],
      given: [
        { request: post("/api/permissions", { role: "public", collection: "ruled", ...rule }), expect: created() },
      ],
      request: del(`${at("ruled")}/fields/secret`, { confirm: "secret" }),
      expect: refused(409, "REFERENCE_IN_USE", "secret"),
      then: [
        {
          request: ({ replies }) => del(`/api/permissions/${dataOf(replies[0], "id")}`),
          expect: { status: 200, excludes: [] },
        },
        { request: get("/api/openapi.json"), expect: { status: 200, excludes: [] } },
        { request: items("ruled", { filter: { secret: null } }), expect: ok({ data: [] }) },
      ],
    }),
  ),
  {
    name: "fields: a column is deleted when its name is repeated, with its values and indexes",
    as: as.secretKey,
    needs: [wares],
    given: [
      {
        request: post("/api/collections", {
          slug: "shrinking",
          fields: [
            { name: "keep", type: "text" },
            { name: "gone", type: "text", unique: true, indexed: true },
          ],
          indexes: [["keep", "gone"]],
          unique_together: [["keep", "gone"]],
        }),
        expect: { ...created(), excludes: [] },
      },
      {
        request: post("/api/items/shrinking", { keep: "kept", gone: "lost-value" }),
        expect: { ...created(), excludes: [] },
      },
      {
        request: del(`${at("shrinking")}/fields/gone`),
        expect: { status: 409, code: "CONFIRMATION_REQUIRED", field: "confirm" },
      },
      {
        request: del(`${at("shrinking")}/fields/gone`, { confirm: "keep" }),
        expect: { status: 409, code: "CONFIRMATION_REQUIRED" },
      },
      { request: items("shrinking"), expect: { ...ok({ data: [{ gone: "lost-value" }] }), excludes: [] } },
    ],
    request: del(`${at("shrinking")}/fields/gone`, { confirm: "gone" }),
    expect: { ...ok({ data: { version: 2 } }), excludes: ['"gone"', '"error"'] },
    then: [
      {
        request: items("shrinking"),
        expect: { ...ok({ data: [{ keep: "kept" }] }), excludes: ['"gone"', "lost-value"] },
      },
      {
        request: patch(at("shrinking"), { fields: [{ name: "gone", type: "integer" }] }),
        expect: { ...ok(), excludes: [] },
      },
      { request: items("shrinking"), expect: { ...ok({ data: [{ gone: null }] }), excludes: ["lost-value"] } },
    ],
  },
  {
    name: "fields: only those that are there can be deleted",
    as: as.secretKey,
    needs: [wares],
    request: del(`${at("wares")}/fields/nope`, { confirm: "nope" }),
    expect: { ...refused(404, "NOT_FOUND", "nope"), excludes: ['"data"', "first-ware"] },
    then: [{ request: del(`${at("wares")}/fields/id`, { confirm: "id" }), expect: { status: 404 } }],
  },
  ...[as.publicKey, as.user("alice")].map(
    (who): Scenario => ({
      name: `fields: deleted by nobody but an admin: ${who.name}`,
      as: who,
      needs: [wares],
      request: del(`${at("wares")}/fields/name`, { confirm: "name" }),
      expect: { ...refused(403, "FORBIDDEN"), excludes: ['"data"', "first-ware"] },
      then: [{ as: as.secretKey, request: items("wares"), expect: ok({ data: [{ name: "first-ware" }] }) }],
    }),
  ),
  {
    name: "fields: not deleted anonymously",
    as: as.anonymous,
    needs: [wares],
    request: del(`${at("wares")}/fields/name`, { confirm: "name" }),
    expect: { ...refused(401, "UNAUTHORIZED"), excludes: ['"data"', "first-ware"] },
    then: [{ as: as.secretKey, request: items("wares"), expect: ok({ data: [{ name: "first-ware" }] }) }],
  },
  {
    name: "fields: not deleted from another workspace",
    as: as.otherSecretKey,
    needs: [wares],
    request: del(`${at("wares")}/fields/name`, { confirm: "name" }),
    expect: { ...refused(404, "COLLECTION_NOT_FOUND"), excludes: ['"data"', "first-ware"] },
    then: [{ as: as.secretKey, request: items("wares"), expect: ok({ data: [{ name: "first-ware" }] }) }],
  },
];
