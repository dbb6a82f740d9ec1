import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aUuid } from "../../match.ts";
import { get, INTERNALS, post, put, refused, type Scenario } from "../../scenario.ts";

/** Sets the sum, refuses what is too much, and fails for one name. */
const SOURCE = `export const config = { before: [{ collection: "carts", events: ["create", "update"] }] };
export default ({ writes }) => writes.map(({ data, old }) => {
  if (data.name === "broken") throw new Error("secret reason");
  const count = data.count ?? old.count;
  return count > 10 ? { refuse: { field: "count", message: "at most 10" } } : { set: { sum: count * 5 } };
});`;

const needs = [
  collection({
    slug: "carts",
    fields: [
      { name: "name", type: "text", unique: true },
      { name: "count", type: "integer" },
      { name: "sum", type: "integer" },
    ],
  }),
];

const batch = (count: number) =>
  post("/api/batch", {
    operations: [
      { op: "upsert", collection: "carts", data: { name: "first", count: 4 }, on_conflict: ["name"] },
      { op: "create", collection: "carts", data: { name: "second", count } },
    ],
  });

export const scenarios: Scenario[] = [
  {
    name: "functions before writes: they amend and refuse items, and one that fails refuses the write",
    as: as.secretKey,
    needs,
    given: [
      { request: put("/api/deployments/carts", { source: SOURCE }), expect: { status: 200 } },
      {
        request: post("/api/items/carts", { name: "first", count: 2 }),
        expect: { status: 201, body: { data: { id: aUuid, sum: 10 } } },
      },
      { request: batch(11), expect: { ...refused(422, "VALIDATION"), contains: ["operations.1.data.count"] } },
      {
        request: post("/api/items/carts", { name: "broken", count: 1 }),
        expect: { ...refused(500, "BEFORE_WRITE_FAILED"), excludes: [...INTERNALS, "secret reason"] },
      },
      { request: batch(1), expect: { status: 200, body: { data: [{ sum: 20 }, { sum: 5 }] } } },
    ],
    request: get("/api/items/carts?sort=name&fields=name,sum"),
    expect: {
      status: 200,
      body: {
        data: [
          { name: "first", sum: 20 },
          { name: "second", sum: 5 },
        ],
      },
      excludes: INTERNALS,
    },
  },
];
