import type { ErrorCode, Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection, relation } from "../../fixtures/collection.ts";
import { matching } from "../../match.ts";
import { namedRows, rowsOf } from "../../rows.ts";
import {
  type Call,
  del,
  type Expectation,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  type Scenario,
} from "../../scenario.ts";

/** An error says what was expected, what came and what the right form is, also for the forms of other products. */

const GOODS = namedRows(810, { pen: 1 });
const makers = collection({ slug: "makers", fields: [{ name: "name", type: "text" }] });
const goods = collection(
  {
    slug: "goods",
    fields: [
      { name: "name", type: "text" },
      { name: "qty", type: "integer" },
      { name: "price", type: "decimal" },
      { name: "made_on", type: "date" },
      { name: "state", type: "enum", values: ["open", "closed"] },
      { name: "facts", type: "json" },
      { name: "hush", type: "text" },
      relation("maker", "makers"),
    ],
  },
  {
    needs: [makers],
    rules: [{ role: "authenticated", action: "read", fields: ["name", "qty"] }],
    rows: [{ id: GOODS.pen, name: "pen", qty: 5, facts: { $gt: 1 } }],
  },
);
const papers = collection({ slug: "goods_papers", kind: "document" });

const path = "/api/items/goods";
const list = (query: Record<string, Json>): Call => get(path, query);
const asked = (body: Json): Call => post(`${path}/query`, body);

function says(parts: readonly string[], status = 422, code?: ErrorCode): Expectation {
  const all = parts.map((part) => `(?=.*${part.replaceAll(/[$()|[\]{}.*+?^\\]/g, "\\$&")})`).join("");
  return {
    status,
    ...(code && { code }),
    body: { error: { message: matching(new RegExp(`^${all}`, "s")) } },
    excludes: INTERNALS,
  };
}

const changed = (definition: JsonObject): Call => patch("/api/collections/goods", definition);
const hints: readonly (readonly [what: string, request: Call, ...parts: string[]])[] = [
  ["Directus' filter", list({ "filter[qty][_eq]": "5" }), 'write filter={"qty":{"_eq":5}}'],
  ["Directus' filter without an operator", list({ "filter[qty]": "5" }), 'write filter={"qty":{"_eq":5}}'],
  ["Django's filter", list({ qty__gte: "5" }), 'write filter={"qty":{"_gte":5}}'],
  ["Strapi's filter", list({ "filters[name][$eq]": "pen" }), 'write filter={"name":{"_eq":"pen"}}'],
  ["Payload's filter", list({ "where[qty][gt]": "5" }), 'write filter={"qty":{"_gt":5}}'],
  ["a field with an operator in brackets", list({ "qty[gte]": "5" }), 'write filter={"qty":{"_gte":5}}'],
  ["PostgREST's filter", list({ qty: "eq.5" }), 'write filter={"qty":{"_eq":5}}'],
  ["PostgREST's list", list({ name: "in.(a,b)" }), 'write filter={"name":{"_in":["a","b"]}}'],
  ["a field as a parameter", list({ name: "pen" }), 'write filter={"name":{"_eq":"pen"}}'],
  ["Supabase's ilike", list({ name: "ilike.*d*" }), 'write filter={"name":{"_icontains":"d"}}'],
  ["Supabase's like", list({ name: "like.a_*b" }), 'write filter={"name":{"_like":"a_%b"}}'],
  ["Supabase's negation", list({ name: "not.eq.DE" }), 'write filter={"name":{"_neq":"DE"}}'],
  ["Supabase's negated pattern", list({ name: "not.like.d*" }), 'filter={"$not":{"name":{"_starts_with":"d"}}}'],
  ["Supabase's test for null", list({ name: "is.null" }), 'write filter={"name":{"_eq":null}}'],
  [
    "Supabase's or",
    list({ or: "(name.eq.DE,maker.name.eq.5,and(qty.gt.1,qty.not.in.(2,3)))" }),
    'filter={"$or":[{"name":{"_eq":"DE"}},{"maker.name":{"_eq":"5"}},{"$and":[{"qty":{"_gt":1}},{"qty":{"_nin":[2,3]}}]}]}',
  ],
  ["Supabase's or by a field that is none", list({ or: "(nme.eq.5)" }), "joined by $and and $or"],
  ["Strapi's or", list({ "filters[$or][0][name][$eq]": "x" }), 'filter={"$or":[{"name":{"_eq":"x"}}]}'],
  ["Strapi's negation", list({ "filters[name][$notContainsi]": "x" }), 'filter={"$not":{"name":{"_icontains":"x"}}}'],
  ["Directus' test for a value", list({ "filter[name][_nnull]": "true" }), 'write filter={"name":{"_null":false}}'],
  ["Directus' related field", list({ "filter[maker][name][_eq]": "x" }), 'filter={"maker.name":{"_eq":"x"}}'],
  ["a number for a text as a parameter", list({ name: "eq.5" }), 'write filter={"name":{"_eq":"5"}}'],
  ["PocketBase's contains", list({ filter: 'name ~ "d"' }), 'write filter={"name":{"_icontains":"d"}}'],
  ["PocketBase's negated pattern", list({ filter: "name !~ 'd%'" }), 'filter={"$not":{"name":{"_ilike":"d%"}}}'],
  ["page", list({ page: "2" }), "limit=20&offset=20"],
  ["perPage", list({ perPage: "10" }), "write limit=20"],
  ["page_size", list({ page_size: "10" }), "write limit=20"],
  ["skip", list({ skip: "10" }), "write offset=20"],
  ["order", list({ order: "name.desc" }), "write sort=-created_at,title"],
  ["orderBy", list({ orderBy: "name" }), "write sort="],
  ["select", list({ select: "name" }), "write fields="],
  ["include", list({ include: "maker" }), "write expand="],
  ["populate", list({ populate: "*" }), "write expand="],
  ["select of one item", get(`${path}/${GOODS.pen}`, { select: "name" }), "write fields="],
  ["where of a bulk write", del(path, { where: "{}" }), "write filter="],
  ["a field as a parameter of a bulk write", del(path, { name: "eq.x" }), 'write filter={"name":{"_eq":"x"}}'],
  ["a token as a parameter", list({ api_key: "x" }), "x-api-key"],
  ["where", list({ where: '{"qty":5}' }), "write filter="],
  ["a misspelt parameter", list({ filtr: "{}" }), "did you mean filter?"],
  ["a misspelt part of a body", asked({ sortt: "name" }), "did you mean sort?"],
  ["another product's part of a body", asked({ where: { qty: 5 } }), "write filter="],
  ["PocketBase's filter", list({ filter: "qty > 5" }), 'write filter={"qty":{"_gt":5}}'],
  ["PocketBase's filter, joined", list({ filter: "(qty > 5 && name = 'pen')" }), "a filter is JSON", "$and"],
  ["OData's filter", list({ filter: "name eq 'pen'" }), 'write filter={"name":{"_eq":"pen"}}'],
  ["PostgREST's order", list({ sort: "name.desc" }), "write -name instead of name.desc"],
  ["an order with a colon", list({ sort: "name:asc" }), "write name instead of name:asc"],
  ["an order with a space", list({ sort: "name desc" }), "write -name instead of name desc"],
  ["a star to expand", list({ expand: "*" }), "name the relations to expand", "relations are maker"],
  ["a relation that is none", list({ expand: "name" }), "name is not a relation", "relations are maker"],
  ["a misspelt relation", list({ expand: "makr" }), "did you mean maker?"],
  ["a field as a misspelt relation", list({ expand: "nmae" }), "goods has no relation nmae; relations are maker"],
  [
    "a system field in a unique set",
    changed({ unique_together: [["qty", "created_at"]] }),
    "created_at is a system field and cannot be part of a unique set",
  ],
  // What is near, but would be refused as well, is not suggested.
  ["one misspelt", changed({ unique_together: [["qty", "craeted_at"]] }), "no field craeted_at; possible are name"],
  ["an index on misspelt JSON", changed({ indexes: [["qty", "facst"]] }), "no field facst; possible are name"],
  ["a sort by misspelt JSON", changed({ default_sort: "facst" }), "no field facst; possible are name"],
  ["a misspelt field", list({ fields: "nmae" }), "did you mean name?"],
  ["a field in another case", list({ filter: { madeOn: null } }), "did you mean made_on?"],
  ["$eq", list({ filter: { qty: { $eq: 5 } } }), "there is no operator $eq", "did you mean _eq?"],
  ["$gt", list({ filter: { qty: { $gt: 5 } } }), "did you mean _gt?"],
  ["gte", list({ filter: { qty: { gte: 5 } } }), "did you mean _gte?"],
  [">=", list({ filter: { qty: { ">=": 5 } } }), "did you mean _gte?"],
  ["$ne", list({ filter: { qty: { $ne: 5 } } }), "did you mean _neq?"],
  ["$exists", list({ filter: { qty: { $exists: true } } }), 'write {"_null":false}'],
  ["_ncontains", list({ filter: { name: { _ncontains: "p" } } }), 'write {"$not":{"name":{"_contains":"p"}}}'],
  ["$notNull", list({ filter: { name: { $notNull: true } } }), 'write {"_null":false}'],
  ["$containsi", list({ filter: { name: { $containsi: "p" } } }), "did you mean _icontains?"],
  ["startsWith", list({ filter: { name: { startsWith: "p" } } }), "did you mean _starts_with?"],
  ["or", list({ filter: { or: [{ qty: 5 }] } }), "did you mean $or?"],
  ["$eq inside JSON", list({ filter: { facts: { color: { $eq: "red" } } } }), "did you mean _eq?", "facts.color.$eq"],
  ["$in of a document", get("/api/items/goods_papers", { filter: { a: { $in: [1] } } }), "did you mean _in?"],
  ["a text for an integer", list({ filter: { qty: { _gt: "5" } } }), 'expected an integer, got the text "5"'],
  ["a fraction for an integer", list({ filter: { qty: 5.5 } }), "expected an integer, got the number 5.5"],
  ["a number for a text", list({ filter: { name: 5 } }), "expected a text, got the number 5"],
  ["a text for a flag", list({ filter: { name: { _null: "true" } } }), 'expected true or false, got the text "true"'],
  ["one value for a list", list({ filter: { name: { _in: "pen" } } }), 'expected a list, got the text "pen"'],
  ["a wrong date", post(path, { made_on: "1.2.2026" }), 'expected a date such as 2024-05-01, got the text "1.2.2026"'],
  ["a wrong decimal", post(path, { price: "1,5" }), "expected a decimal", 'got the text "1,5"'],
  ["a misspelt value", post(path, { state: "opn" }), "did you mean open?", "expected one of open, closed"],
  ["a misspelt field of a write", post(path, { nam: "x" }), "did you mean name?"],
  ["a misspelt field of a rule", post("/api/permissions", rule({ fields: ["nme"] })), "did you mean name?"],
  ["a misspelt role of a rule", post("/api/permissions", rule({ role: "publik" })), "did you mean public?"],
  ["a misspelt collection of a rule", post("/api/permissions", rule({ collection: "gods" })), "did you mean goods?"],
  ["a misspelt part of a rule", post("/api/permissions", rule({ conditions: {} })), "did you mean condition?"],
  ["a lookup with another sign", post(path, { maker: { _lookup: { name: "x" } } }), "did you mean $lookup?"],
  [
    "a lookup with another sign in a change",
    patch(`${path}/${GOODS.pen}`, { maker: { _lookup: { name: "x" } } }),
    "$lookup",
  ],
  [
    "target instead of to",
    post("/api/collections", { slug: "goods_new", fields: [{ name: "a", type: "relation", target: "makers" }] }),
    'write "to"',
  ],
  ["a misspelt target", post("/api/collections", target("makrs")), "did you mean makers?"],
];

/** A filter that an error advises is accepted itself. */
function advisedFilters(parts: readonly string[]): Json[] {
  return parts.flatMap((part) => {
    const form = /filter=(\{.*\})$/.exec(part)?.[1];
    return form === undefined ? [] : [JSON.parse(form) as Json];
  });
}

function rule(more: Record<string, Json>): Json {
  return { role: "public", collection: "goods", action: "read", ...more };
}

function target(to: string): Json {
  return { slug: "goods_new", fields: [{ name: "a", type: "relation", to }] };
}

const near: readonly (readonly [what: string, request: Call, ...parts: string[]])[] = [
  ["a collection", get("/api/items/goosd"), "Did you mean goods?"],
  ["a collection of a write", post("/api/items/Goods", {}), "Did you mean goods?"],
  [
    "a collection of a batch",
    post("/api/batch", { operations: [{ op: "create", collection: "gods", data: {} }] }),
    "Did you mean goods?",
  ],
  ["a definition", get("/api/collections/gods"), "Did you mean goods?"],
  ["a route", get("/api/item/goods"), "Did you mean /api/items/goods?"],
  ["Directus' route", get("/items/goods"), "Did you mean /api/items/goods?"],
  ["PocketBase's route", get("/api/collections/goods/records"), "Did you mean /api/items/goods?"],
  ["Supabase's route", get("/rest/v1/goods"), "Did you mean /api/items/goods?"],
  ["Supabase's sign-in", post("/auth/v1/token", {}), "Did you mean /api/auth/sign-in/email?"],
  [
    "PocketBase's sign-in",
    post("/api/collections/users/auth-with-password", {}),
    "Did you mean /api/auth/sign-in/email?",
  ],
  ["a route with a version", get("/api/v1/goods"), "Did you mean /api/items/goods?"],
  ["a versioned route", get("/api/v1/collections"), "Did you mean /api/collections?"],
  ["a login", post("/auth/login", {}), "Did you mean /api/auth/sign-in/email?"],
  ["a signup", post("/api/auth/signup", {}), "Did you mean /api/auth/sign-up/email?"],
  ["a count", get(`${path}/count`), "Write GET /api/items/goods?meta=filter_count"],
  ["an aggregate by GET", get(`${path}/aggregate`), "Write POST /api/items/goods/aggregate"],
  ["a role", del("/api/roles/publc"), "There is no role publc", "Did you mean public?"],
  ["a field to delete", del("/api/collections/goods/fields/nam", { confirm: "nam" }), "did you mean name?"],
];

export const scenarios: Scenario[] = [
  ...hints.map(
    ([what, request, ...parts]): Scenario => ({
      name: `errors teach: ${what}`,
      as: as.secretKey,
      needs: [goods, papers],
      request,
      expect: says(parts),
      then: advisedFilters(parts).map((filter) => ({ request: list({ filter }), expect: ok() })),
    }),
  ),
  ...near.map(
    ([what, request, ...parts]): Scenario => ({
      name: `errors teach: what is near ${what}`,
      as: as.secretKey,
      needs: [goods],
      request,
      expect: says(parts, 404),
    }),
  ),
  {
    name: "errors teach: what is near the caller among the users",
    as: as.secretKey,
    request: get("/api/users/me"),
    expect: says(["Did you mean /api/me?"], 405),
  },
  ...["skipTotal", "locale", "hush2"].map(
    (name): Scenario => ({
      name: `errors teach: ${name} is no field, so no filter by it is advised`,
      as: as.secretKey,
      needs: [goods],
      request: list({ [name]: "1" }),
      expect: { status: 422, code: "UNKNOWN_PARAMETER", excludes: ["filter={", ...INTERNALS] },
    }),
  ),
  {
    name: "errors teach: a field that the caller may not see is no field for a parameter either",
    as: as.user("alice"),
    needs: [goods],
    request: list({ hush: "x" }),
    expect: { status: 422, code: "UNKNOWN_PARAMETER", excludes: ["filter={", ...INTERNALS] },
  },
  {
    name: "errors teach: a collection without any rule for the caller is not named",
    as: as.anonymous,
    needs: [goods],
    request: get("/api/items/gods"),
    expect: { status: 404, code: "COLLECTION_NOT_FOUND", excludes: ["goods", ...INTERNALS] },
    then: [{ as: as.user("alice"), request: get("/api/items/gods"), expect: says(["Did you mean goods?"], 404) }],
  },
  {
    name: "errors teach: a field that the caller may not see is not named",
    as: as.user("alice"),
    needs: [goods],
    request: list({ filter: { hus: "x" } }),
    expect: { status: 422, code: "UNKNOWN_FIELD", excludes: ["hush", ...INTERNALS] },
    then: [
      { request: list({ fields: "hus" }), expect: { status: 422, excludes: ["hush"] } },
      { request: list({ sort: "hus" }), expect: { status: 422, excludes: ["hush"] } },
      { request: list({ expand: "*" }), expect: { status: 422, excludes: ["maker"] } },
    ],
  },
  {
    name: "errors teach: a key inside JSON that is called like an operator is found by its path",
    as: as.secretKey,
    needs: [goods],
    request: list({ filter: { "facts.$gt": 1 } }),
    expect: ok(rowsOf(GOODS, "pen")),
  },
  {
    name: "errors teach: a password of the wrong kind is not repeated",
    as: as.anonymous,
    request: post("/api/auth/sign-in/email", { email: "ann@example.com", password: 918273645 }),
    expect: { status: 422, code: "VALIDATION", field: "password", excludes: ["918273645"] },
  },
  {
    name: "errors teach: nothing of an unknown field is written",
    as: as.secretKey,
    needs: [goods],
    request: patch(`${path}/${GOODS.pen}`, { qtty: 6, name: "pencil" }),
    expect: says(["did you mean qty?"]),
    then: [{ request: items("goods", { filter: { name: "pencil" } }), expect: ok({ data: [] }) }],
  },
];
