import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aTimestamp, aUuid } from "../../match.ts";
import { type NameOf, namedRows, rowsOf } from "../../rows.ts";
import { created, get, INTERNALS, items, ok, post, refused, type Scenario, type Step } from "../../scenario.ts";

const ORDERS = namedRows(42, {
  stored: 1,
  one: 2,
  second: 3,
  third: 4,
  first: 5,
  alices: 6,
  bobs: 7,
  notBobs: 8,
  bad: 9,
  alsoBad: 10,
  good: 11,
  pairless: 12,
  alsoPairless: 13,
});
/** The last is nobody's. */
const CUSTOMERS = namedRows(42, { ann: 900, missing: 999 });
const path = "/api/items/orders";

export const orders = collection(
  {
    slug: "orders",
    fields: [
      { name: "number", type: "text", required: true, unique: true },
      { name: "total", type: "decimal" },
      { name: "year", type: "integer" },
      { name: "place", type: "integer" },
      { name: "customer", type: "relation", to: "customers", on_delete: "restrict" },
    ],
    unique_together: [["year", "place"]],
  },
  {
    needs: [
      collection(
        { slug: "customers", fields: [{ name: "name", type: "text" }] },
        { rows: [{ id: CUSTOMERS.ann, name: "Ann" }] },
      ),
    ],
    rules: [
      { role: "authenticated", action: "create", fields: ["number", "total"] },
      { role: "authenticated", action: "read", condition: { owner_id: "$user.id" } },
    ],
    rows: [{ id: ORDERS.stored, number: "A-1", year: 2024, place: 1 }],
  },
);

const only = (...names: NameOf<typeof ORDERS>[]): Step => ({
  as: as.secretKey,
  request: items("orders", { sort: "id", fields: "id", filter: { id: { _in: Object.values(ORDERS) } } }),
  expect: ok(rowsOf(ORDERS, ...names)),
});

/** A body that must be refused by name, with nothing written. */
const bad = (what: string, body: Json, status: number, code: ErrorCode, field?: string): Scenario => ({
  name: `create: ${what}`,
  as: as.secretKey,
  needs: [orders],
  request: post(path, body),
  expect: refused(status, code, field),
  then: [only("stored")],
});
const row = (name: NameOf<typeof ORDERS>, more: JsonObject = {}): JsonObject => ({
  id: ORDERS[name],
  number: `N-${name}`,
  ...more,
});
const remove = (...names: NameOf<typeof ORDERS>[]): Step[] =>
  names.map((name) => ({
    as: as.secretKey,
    request: { method: "DELETE", path: `${path}/${ORDERS[name]}` },
    expect: ok({ data: { id: ORDERS[name] } }),
  }));

export const scenarios: Scenario[] = [
  {
    name: "create: one, with what the server adds",
    as: as.secretKey,
    needs: [orders],
    request: post(path, row("one", { total: 5 })),
    expect: created({
      data: {
        id: ORDERS.one,
        number: "N-one",
        total: "5.00",
        year: null,
        customer: null,
        created_at: aTimestamp,
        updated_at: aTimestamp,
        owner_id: null,
        version: 1,
      },
    }),
    verify(reply) {
      const keys = Object.keys((reply.json as { data: JsonObject }).data).join();
      const want = "id,number,total,year,place,customer,created_at,updated_at,owner_id,version";
      if (keys !== want) throw new Error(`keys are ${keys}`);
    },
    then: [
      { request: get(`${path}/${ORDERS.one}`), expect: ok({ data: { number: "N-one" } }) },
      ...remove("one"),
      only("stored"),
    ],
  },
  {
    name: "create: ids made by the server are UUIDs in order of time",
    as: as.secretKey,
    needs: [orders],
    request: post(path, [{ number: "auto-1" }, { number: "auto-2" }]),
    expect: created({ data: [{ id: aUuid }, { id: aUuid }] }),
    async verify(reply, world) {
      const ids = (reply.json as { data: { id: string }[] }).data.map(({ id }) => id);
      if (!ids.every((id) => id[14] === "7") || ids[0]! >= ids[1]!) throw new Error(`ids are ${ids.join(", ")}`);
      for (const id of ids) await world.must(as.secretKey, { method: "DELETE", path: `${path}/${id}` });
    },
  },
  {
    name: "create: many at once, answered in their order",
    as: as.secretKey,
    needs: [orders],
    request: post(path, [row("first"), row("second"), row("third")]),
    expect: created({ data: [{ number: "N-first" }, { number: "N-second" }, { number: "N-third" }] }),
    then: [...remove("second", "third", "first"), only("stored")],
  },
  {
    name: "create: a user becomes the owner",
    as: as.user("alice"),
    needs: [orders],
    request: post(path, row("alices")),
    expect: created({ data: { number: "N-alices", owner_id: (id) => typeof id === "string" } }),
    async verify(reply, world) {
      const { owner_id } = (reply.json as { data: JsonObject }).data;
      if (owner_id !== world.userId("alice")) throw new Error(`the owner is ${String(owner_id)}`);
    },
    then: remove("alices"),
  },
  {
    name: "create: a secret key may name the owner",
    as: as.secretKey,
    needs: [orders],
    request: (seen) => post(path, row("bobs", { owner_id: seen.credentials.userId("bob") })),
    expect: created(),
    then: [
      { as: as.user("bob"), request: get(`${path}/${ORDERS.bobs}`), expect: ok({ data: { number: "N-bobs" } }) },
      {
        as: as.user("alice"),
        request: get(`${path}/${ORDERS.bobs}`),
        expect: { status: 404, code: "ITEM_NOT_FOUND", excludes: ["N-bobs"] },
      },
      ...remove("bobs"),
    ],
  },
  {
    name: "create: a user may not name another owner",
    as: as.user("alice"),
    needs: [orders],
    request: (seen) => post(path, row("notBobs", { owner_id: seen.credentials.userId("bob") })),
    expect: { status: 403, excludes: ["N-notBobs", ...INTERNALS] },
    then: [only("stored")],
  },
  bad("a required field is missing", { total: "1" }, 422, "VALIDATION", "number"),
  bad("an unknown field", row("bad", { colour: "red" }), 422, "UNKNOWN_FIELD", "colour"),
  bad(
    "an unknown field with SQL in its name",
    row("bad", { 'x") VALUES (1);--': 1 }),
    422,
    "UNKNOWN_FIELD",
    'x") VALUES (1);--',
  ),
  bad("a prototype's name as a field", row("bad", { constructor: 1 }), 422, "UNKNOWN_FIELD", "constructor"),
  bad(
    "created_at is the server's",
    row("bad", { created_at: "2024-01-01T00:00:00Z" }),
    422,
    "VALIDATION",
    "created_at",
  ),
  bad(
    "updated_at is the server's",
    row("bad", { updated_at: "2024-01-01T00:00:00Z" }),
    422,
    "VALIDATION",
    "updated_at",
  ),
  bad("version is the server's", row("bad", { version: 7 }), 422, "VALIDATION", "version"),
  bad("an id that is none", { id: "9", number: "x" }, 422, "VALIDATION", "id"),
  bad("an id that is taken", row("stored", { number: "new" }), 409, "UNIQUE_VIOLATION", "id"),
  bad("a unique value that is taken", { id: ORDERS.bad, number: "A-1" }, 409, "UNIQUE_VIOLATION", "number"),
  bad("a unique pair that is taken", row("bad", { year: 2024, place: 1 }), 409, "UNIQUE_VIOLATION"),
  bad(
    "one unique value twice in a list",
    [row("bad"), { ...row("alsoBad"), number: "N-bad" }],
    409,
    "UNIQUE_VIOLATION",
    "number",
  ),
  bad(
    "a related item that is not there",
    row("bad", { customer: CUSTOMERS.missing }),
    422,
    "REFERENCE_NOT_FOUND",
    "customer",
  ),
  bad(
    "one bad row among good ones",
    [row("bad"), row("alsoBad", { year: "x" }), row("good")],
    422,
    "VALIDATION",
    "1.year",
  ),
  bad(
    "a bad reference among good rows",
    [row("bad"), row("alsoBad", { customer: CUSTOMERS.missing })],
    422,
    "REFERENCE_NOT_FOUND",
    "customer",
  ),
  bad("a body that is a text", "row", 422, "VALIDATION"),
  bad("a body that is null", null, 422, "VALIDATION"),
  bad("a list that holds a number", [1], 422, "VALIDATION"),
  bad(
    "1,001 rows",
    Array.from({ length: 1001 }, (_, i) => ({ number: `B-${i}` })),
    422,
    "LIMIT_EXCEEDED",
  ),
  {
    name: "create: two nulls are no unique pair",
    as: as.secretKey,
    needs: [orders],
    request: post(path, [row("pairless", { year: 2030 }), row("alsoPairless", { year: 2030 })]),
    expect: created({ data: [{ place: null }, { place: null }] }),
    then: [...remove("pairless", "alsoPairless"), only("stored")],
  },
  {
    name: "create: 1,000 rows in one atomic request",
    as: as.secretKey,
    needs: [
      collection({
        slug: "crowd",
        fields: [
          { name: "n", type: "integer" },
          { name: "label", type: "text" },
        ],
      }),
    ],
    request: post(
      "/api/items/crowd",
      Array.from({ length: 1000 }, (_, n) => ({ n, label: `row ${n}` })),
    ),
    expect: { status: 201, contains: ['"row 999"'], excludes: ['"error"'] },
    then: [
      { request: items("crowd", { limit: "1", meta: "total_count" }), expect: ok({ meta: { total_count: 1000 } }) },
    ],
  },
];
