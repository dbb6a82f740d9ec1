import type { Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { ALBUMS, BANDS, music } from "../../fixtures/music.ts";
import { exactly } from "../../match.ts";
import { type Call, get, INTERNALS, patch, post, type Scenario, uuid } from "../../scenario.ts";
import type { Fixture } from "../../world.ts";

const needs = [music];

/** What is written to: strangers may put something in, and not look. */
const trunks: Fixture = {
  name: "trunks",
  async make(world) {
    const text = (name: string) => ({ name, type: "text" });
    await world.must(as.secretKey, post("/api/collections", { slug: "trunks", fields: [text("name")] }));
    const trunk = { name: "trunk", type: "relation", to: "trunks", on_delete: "cascade" };
    await world.must(as.secretKey, post("/api/collections", { slug: "straps", fields: [text("text"), trunk] }));
    const straps = { name: "straps", type: "relation_many", to: "straps", via: "trunk" };
    await world.must(as.secretKey, patch("/api/collections/trunks", { fields: [straps] }));
    const rule = { role: "public", collection: "trunks", action: "create" };
    await world.must(as.secretKey, post("/api/permissions", rule));
  },
};
/** What the public may not see of the music. */
const HIDDEN = ["Chord", "C1", "C2", "sales", "founded", "vocals", "memberships", ...INTERNALS];

const document = (query: string, variables?: Json): Call =>
  post("/api/graphql", { query, ...(variables !== undefined && { variables }) });

const gives = (what: string, query: string, data: Json, who: Who = as.secretKey, variables?: Json): Scenario => ({
  name: `graphql: ${what}${who === as.secretKey ? "" : `, as ${who.name}`}`,
  as: who,
  needs,
  request: document(query, variables),
  expect: {
    status: 200,
    body: exactly({ data }),
    excludes: ['"errors"', ...(who === as.secretKey ? INTERNALS : HIDDEN)],
  },
});

const refuses = (what: string, query: string, code: string, who: Who = as.secretKey): Scenario => ({
  name: `graphql: ${what} is refused, as ${who.name}`,
  as: who,
  needs,
  request: document(query),
  expect: {
    status: 200,
    ownErrorForm: true,
    contains: [`"code":"${code}"`],
    excludes: ["Alpha", "vocals", ...INTERNALS],
  },
});

/** Documents over the collections, under the rules of REST. */
export const scenarios: Scenario[] = [
  gives(
    "three levels, with filters and orders of their own",
    `query ($least: Decimal) {
      bands(sort: [{ name: asc }], filter: { albums: { _some: { price: { _gte: $least } } } }) {
        name
        label { name }
        albums(sort: [{ title: desc }], limit: 2) { title price released tracks(sort: [{ seconds: asc }]) { seconds } }
      }
    }`,
    {
      bands: [
        {
          name: "Alpha",
          label: { name: "North" },
          albums: [
            { title: "A3", price: null, released: "1999-12-31", tracks: [] },
            { title: "A2", price: "12.50", released: "1993-03-01", tracks: [{ seconds: 150 }] },
          ],
        },
        {
          name: "Chord",
          label: { name: "South" },
          albums: [
            { title: "C2", price: "5.00", released: "1988-01-01", tracks: [] },
            { title: "C1", price: "20.00", released: "1986-06-06", tracks: [{ seconds: 250 }] },
          ],
        },
      ],
    },
    as.secretKey,
    { least: "10" },
  ),
  gives(
    "what the rules show, on every level",
    `{ bands(sort: [{ name: asc }]) { name albums(sort: [{ title: asc }]) { title } genres(sort: [{ name: asc }]) { name bands_aggregate { count } } } }`,
    {
      bands: [
        {
          name: "Alpha",
          albums: [{ title: "A1" }, { title: "A2" }, { title: "A3" }],
          genres: [
            { name: "jazz", bands_aggregate: { count: 1 } },
            { name: "rock", bands_aggregate: { count: 2 } },
          ],
        },
        { name: "Bravo", albums: [{ title: "B1" }], genres: [{ name: "rock", bands_aggregate: { count: 2 } }] },
        { name: "Dusk", albums: [], genres: [] },
      ],
    },
    as.anonymous,
  ),
  gives(
    "an item by its id, and none",
    `{ there: albums_by_id(id: "${ALBUMS.a1}") { title band_id } gone: albums_by_id(id: "${BANDS.alpha}") { title } }`,
    { there: { title: "A1", band_id: BANDS.alpha }, gone: null },
    as.anonymous,
  ),
  gives(
    "an item that the rules hide is null",
    `{ albums_by_id(id: "${ALBUMS.c1}") { title } }`,
    { albums_by_id: null },
    as.publicKey,
  ),
  gives(
    "a page of a connection",
    "{ albums_connection(sort: [{ title: asc }], first: 1) { nodes { title } pageInfo { hasNextPage hasPreviousPage } totalCount } }",
    {
      albums_connection: {
        nodes: [{ title: "A1" }],
        pageInfo: { hasNextPage: true, hasPreviousPage: false },
        totalCount: 4,
      },
    },
    as.anonymous,
  ),
  gives(
    "the last page of a connection, read backwards",
    "{ albums_connection(sort: [{ title: asc }], last: 2) { nodes { title } pageInfo { hasNextPage hasPreviousPage } } }",
    {
      albums_connection: {
        nodes: [{ title: "C1" }, { title: "C2" }],
        pageInfo: { hasNextPage: false, hasPreviousPage: true },
      },
    },
  ),
  gives(
    "aggregates and groups",
    `{
      albums_aggregate { count sum { price } max { released } }
      albums_groups(group_by: [{ field: band_id }], having: { count: { _gt: 1 } }, sort: [{ count: desc }]) { key { band_id } count }
    }`,
    {
      albums_aggregate: { count: 4, sum: { price: "32.49" }, max: { released: "2003-02-02" } },
      albums_groups: [{ key: { band_id: BANDS.alpha }, count: 3 }],
    },
    as.anonymous,
  ),
  refuses("a field that the rules hide", "{ albums { sales } }", "UNKNOWN_FIELD", as.anonymous),
  refuses(
    "a condition on a field that the rules hide",
    "{ albums(filter: { sales: { _gt: 1 } }) { title } }",
    "VALIDATION",
    as.anonymous,
  ),
  refuses("a collection that the rules hide", "{ memberships { role } }", "UNKNOWN_FIELD", as.anonymous),
  refuses("another workspace's collection", "{ bands { name } }", "UNKNOWN_FIELD", as.otherSecretKey),
  refuses(
    "a write without a rule for it",
    'mutation { create_bands(data: { name: "x" }) { id } }',
    "VALIDATION",
    as.anonymous,
  ),
  refuses("a document that is none", "{ bands {", "BAD_REQUEST"),
  refuses("a cursor that is none", '{ bands_connection(after: "x") { nodes { name } } }', "INVALID_CURSOR"),
  refuses(
    "a list of lists of lists that is too long",
    "{ labels(limit: 900) { bands(limit: 900) { albums { title } } } }",
    "LIMIT_EXCEEDED",
  ),
  {
    name: "graphql: the schema is what the caller may see",
    as: as.anonymous,
    needs,
    request: get("/api/graphql/schema"),
    expect: {
      status: 200,
      contains: ["type bands {", "albums_connection"],
      excludes: ["founded", "sales", "memberships", "secret_note", ...INTERNALS],
    },
  },
  {
    name: "graphql: the other workspace's schema has nothing of this one",
    as: as.otherSecretKey,
    needs,
    request: get("/api/graphql/schema"),
    expect: { status: 200, excludes: ["bands", "albums_connection", ...INTERNALS] },
  },
  {
    name: "graphql: a revoked key is refused in GraphQL's form",
    as: as.key("revoked"),
    needs,
    request: document("{ bands { name } }"),
    expect: { status: 401, ownErrorForm: true, contains: ['"code":"INVALID_API_KEY"'], excludes: ["Alpha"] },
  },
  {
    name: "graphql: items are written with related ones, changed and deleted",
    as: as.secretKey,
    needs: [trunks],
    given: [
      {
        request: document(
          `mutation { create_trunks(data: { id: "${uuid(98, 1)}", name: "Made", straps: { create: [{ text: "new" }] } }) { version straps { text trunk_id } } }`,
        ),
        expect: {
          status: 200,
          body: { data: { create_trunks: { version: 1, straps: [{ text: "new", trunk_id: uuid(98, 1) }] } } },
        },
      },
      {
        request: document(
          'mutation { update_many_straps(filter: { text: { _eq: "new" } }, data: { text: "old" }) { matched updated } }',
        ),
        expect: { status: 200, body: { data: { update_many_straps: { matched: 1, updated: 1 } } } },
      },
    ],
    request: document(`mutation @atomic {
      first: create_trunks(data: { name: "Lost" }) { name }
      second: update_trunks(id: "${uuid(98, 1)}", if_version: 99, data: { name: "No" }) { name }
    }`),
    expect: { status: 200, ownErrorForm: true, contains: ['"code":"PRECONDITION_FAILED"'], excludes: INTERNALS },
    then: [
      {
        request: document("{ trunks { name } }"),
        expect: { status: 200, body: exactly({ data: { trunks: [{ name: "Made" }] } }) },
      },
      {
        as: as.anonymous,
        request: document('mutation { create_trunks(data: { name: "Sent" }) { __typename } }'),
        expect: { status: 200, body: exactly({ data: { create_trunks: { __typename: "Written" } } }) },
      },
      {
        as: as.anonymous,
        request: document("mutation { delete_many_trunks(all: true) { deleted } }"),
        expect: { status: 200, ownErrorForm: true, contains: ['"code":"UNKNOWN_FIELD"'] },
      },
      {
        request: document("mutation { delete_many_trunks(all: true) { deleted } }"),
        expect: { status: 200, body: { data: { delete_many_trunks: { deleted: 2 } } } },
      },
    ],
  },
  ...(["anonymous", "publicKey"] as const).map(
    (who): Scenario => ({
      name: `graphql: settings are not for ${who}`,
      as: as[who],
      needs,
      request: get("/api/graphql-settings"),
      expect: { status: who === "anonymous" ? 401 : [401, 403], excludes: ["introspection", "trusted", ...INTERNALS] },
    }),
  ),
  {
    name: "graphql: a user may not change the settings",
    as: as.user("alice"),
    needs,
    request: patch("/api/graphql-settings", { documents: "trusted" }),
    expect: { status: 403, code: "FORBIDDEN", excludes: ["introspection", ...INTERNALS] },
  },
  {
    name: "graphql: a document that is not trusted is not found by its hash",
    as: as.anonymous,
    needs,
    request: post("/api/graphql", { extensions: { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } } }),
    expect: { status: 404, ownErrorForm: true, contains: ['"code":"NOT_FOUND"'], excludes: INTERNALS },
  },
  {
    name: "graphql: the other workspace trusts a document, and hides its schema",
    as: as.otherSecretKey,
    needs,
    request: patch("/api/graphql-settings", {
      trusted: ["{ __typename }"],
      introspection: "admins",
      documents: "trusted",
    }),
    expect: { status: 200, body: { data: { introspection: "admins", documents: "trusted" } }, excludes: INTERNALS },
    then: [
      {
        as: as.otherPublicKey,
        request: document("{ __typename }"),
        expect: { status: 200, body: exactly({ data: { __typename: "Query" } }) },
      },
      {
        as: as.otherPublicKey,
        request: document("{ __schema { types { name } } }"),
        expect: { status: 403, ownErrorForm: true, contains: ['"code":"FORBIDDEN"'] },
      },
      { as: as.otherPublicKey, request: get("/api/graphql/schema"), expect: { status: 403, ownErrorForm: true } },
      { as: as.anonymous, request: document("{ __schema { queryType { name } } }"), expect: { status: 200 } },
      {
        request: patch("/api/graphql-settings", { trusted: null, introspection: null, documents: null }),
        expect: { status: 200, body: { data: { introspection: "everyone", documents: "any", trusted: [] } } },
      },
    ],
  },
];
