import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { partsByScenario, partsNamed, withNeeds } from "../../fixtures/stock.ts";
import { batch, type Call, get, INTERNALS, post, refused, type Scenario, type Step } from "../../scenario.ts";

const { hasPart, noPart, part, partIs } = partsNamed({
  taken: 450,
  older: 451,
  notDeleted: 452,
  bounded: 453,
  changed: 454,
  before: 470,
  beforeDeleted: 471,
  after: 472,
  missing: 999,
});
const goodParts = partsByScenario(501);

export const create = (data: JsonObject, collection = "parts"): JsonObject => ({ op: "create", collection, data });
export const update = (id: Json, data: JsonObject, more: JsonObject = {}): JsonObject => ({
  op: "update",
  collection: "parts",
  id,
  data,
  ...more,
});

interface Refusal {
  what: string;
  status: number;
  code: ErrorCode;
  field?: string;
  who?: Who;
  given?: readonly Step[];
  details?: JsonObject;
}
/** A good create first, then what is bad: nothing of both is left. */
export const bad = (refusal: Refusal, ...operations: Json[]): Omit<Scenario, "needs"> => {
  const { what, status, code, field, who = as.secretKey, given, details } = refusal;
  return {
    name: `batch: refused as a whole: ${what}`,
    as: who,
    ...(given && { given }),
    request: batch(create({ id: goodParts.part(what), name: "good-one", count: 1 }), ...operations),
    expect: {
      ...refused(status, code, field),
      body: { error: { details: { operation: 1, ...details } } },
      excludes: ['"data":[', "good-one", ...INTERNALS],
    },
    then: [goodParts.noPart(what)],
  };
};
const malformed = (what: string, body: Json, code: ErrorCode, field: string): Omit<Scenario, "needs"> => ({
  name: `batch: malformed: ${what}`,
  as: as.secretKey,
  request: post("/api/batch", body),
  expect: refused(422, code, field),
});

/** One bad operation, and none has happened: the refusal says which, and why. */
export const scenarios: Scenario[] = withNeeds(
  bad(
    { what: "an unknown collection", status: 404, code: "COLLECTION_NOT_FOUND", field: "operations.1.collection" },
    create({}, "nowhere"),
  ),
  bad(
    { what: "a missing value", status: 422, code: "VALIDATION", field: "operations.1.data.name" },
    create({ count: 1 }),
  ),
  bad(
    { what: "a wrong type", status: 422, code: "VALIDATION", field: "operations.1.data.count" },
    create({ name: "x", count: "many" }),
  ),
  bad(
    { what: "an unknown field", status: 422, code: "UNKNOWN_FIELD", field: "operations.1.data.nope" },
    create({ name: "x", nope: 1 }),
  ),
  bad(
    {
      what: "a unique value that is taken",
      status: 409,
      code: "UNIQUE_VIOLATION",
      field: "operations.1.data.sku",
      given: [hasPart("taken", { sku: "taken-sku" })],
    },
    create({ name: "x", sku: "taken-sku" }),
  ),
  bad(
    { what: "a unique value twice in one batch", status: 409, code: "UNIQUE_VIOLATION", details: { operation: 2 } },
    create({ name: "x", sku: "twin-sku" }),
    create({ name: "y", sku: "twin-sku" }),
  ),
  bad(
    { what: "a relation to nothing", status: 422, code: "REFERENCE_NOT_FOUND", field: "operations.1.data.part" },
    create({ part: part("missing"), n: 1 }, "takes"),
  ),
  bad({ what: "an update of nothing", status: 404, code: "ITEM_NOT_FOUND" }, update(part("missing"), { count: 1 })),
  bad(
    { what: "a delete of nothing", status: 404, code: "ITEM_NOT_FOUND" },
    { op: "delete", collection: "parts", id: part("missing") },
  ),
  bad(
    {
      what: "an older version",
      status: 412,
      code: "PRECONDITION_FAILED",
      given: [hasPart("older")],
      details: { version: 1 },
    },
    update(part("older"), { count: 1 }, { if_version: 2 }),
  ),
  bad(
    { what: "a delete of an older version", status: 412, code: "PRECONDITION_FAILED", given: [hasPart("notDeleted")] },
    { op: "delete", collection: "parts", id: part("notDeleted"), if_version: 9 },
  ),
  bad(
    {
      what: "an increment out of bounds",
      status: 422,
      code: "VALIDATION",
      field: "operations.1.data.count",
      given: [hasPart("bounded", { count: 1 })],
    },
    update(part("bounded"), { count: { $inc: -2 } }),
  ),
  bad(
    { what: "a later guard", status: 409, code: "CONFLICT" },
    { op: "guard", collection: "parts", filter: { name: "never-made" }, exists: true },
  ),
  bad(
    { what: "a guard's unknown field", status: 422, code: "UNKNOWN_FIELD", field: "operations.1.filter.nope" },
    { op: "guard", collection: "parts", filter: { nope: 1 }, exists: true },
  ),
  bad(
    { what: "a guard that asks nothing", status: 422, code: "VALIDATION", field: "operations.1.exists" },
    { op: "guard", collection: "parts", filter: {} },
  ),
  bad(
    { what: "a guard's unknown count", status: 422, code: "UNKNOWN_OPERATOR", field: "operations.1.count._neq" },
    { op: "guard", collection: "parts", filter: {}, count: { _neq: 1 } },
  ),
  bad(
    { what: "a reference to itself", status: 422, code: "VALIDATION", field: "operations.1.data.part.$ref" },
    create({ part: { $ref: "ops.1.id" }, n: 1 }, "takes"),
  ),
  bad(
    { what: "a reference to what comes later", status: 422, code: "VALIDATION", field: "operations.1.id.$ref" },
    update({ $ref: "ops.2.id" }, {}),
    create({ name: "x" }),
  ),
  bad(
    { what: "a reference to what is not known", status: 422, code: "VALIDATION", field: "operations.1.data.name.$ref" },
    create({ name: { $ref: "ops.0.nope" } }),
  ),
  bad(
    {
      what: "a reference to a changed item's field",
      status: 422,
      code: "VALIDATION",
      field: "operations.2.data.count.$ref",
      given: [hasPart("changed", { count: 3 })],
      details: { operation: 2 },
    },
    update(part("changed"), { name: "x" }),
    create({ name: "y", count: { $ref: "ops.1.count" } }),
  ),
  bad(
    { what: "a reference that is none", status: 422, code: "VALIDATION", field: "operations.1.data.name.$ref" },
    create({ name: { $ref: "0.id" } }),
  ),
  bad(
    { what: "an unknown operation", status: 422, code: "VALIDATION", field: "operations.1.op" },
    { op: "drop", collection: "parts" },
  ),
  bad(
    { what: "an unknown key", status: 422, code: "UNKNOWN_FIELD", field: "operations.1.where" },
    { ...create({ name: "x" }), where: {} },
  ),
  bad(
    { what: "no data", status: 422, code: "VALIDATION", field: "operations.1.data" },
    { op: "create", collection: "parts" },
  ),
  bad(
    { what: "a version that is a text", status: 422, code: "VALIDATION", field: "operations.1.if_version" },
    update(part("missing"), {}, { if_version: "1" }),
  ),
  bad(
    { what: "an operation that is none", status: 422, code: "VALIDATION", field: "operations.1" },
    "DROP TABLE parts",
  ),
  malformed("no operations", {}, "VALIDATION", "operations"),
  malformed("an empty list", { operations: [] }, "VALIDATION", "operations"),
  malformed("a list as the body", [], "VALIDATION", "body"),
  malformed("an unknown key", { operations: [create({ name: "x" })], mode: "partial" }, "UNKNOWN_FIELD", "mode"),
  malformed(
    "501 operations",
    { operations: Array(501).fill(create({ name: "one-of-501" })) },
    "LIMIT_EXCEEDED",
    "operations",
  ),
  {
    name: "batch: is sent by POST",
    as: as.secretKey,
    request: get("/api/batch"),
    expect: { ...refused(405, "METHOD_NOT_ALLOWED"), headers: { allow: /POST/ } },
  },
  {
    name: "batch: one bad operation in the middle undoes what was before and keeps what was there",
    as: as.secretKey,
    given: [hasPart("before", { count: 5 }), hasPart("beforeDeleted", { count: 5 })],
    request: batch(
      update(part("before"), { count: { $inc: -5 } }),
      { op: "delete", collection: "parts", id: part("beforeDeleted") },
      update(part("before"), { count: { $inc: -1 } }),
      create({ id: part("after"), name: "after" }),
    ) as Call,
    expect: {
      ...refused(422, "VALIDATION", "operations.2.data.count"),
      body: { error: { details: { operation: 2 } } },
    },
    then: [
      partIs("before", { count: 5, version: 1 }),
      partIs("beforeDeleted", { count: 5, version: 1 }),
      noPart("after"),
    ],
  },
);
