import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aText } from "../../match.ts";
import { get, INTERNALS, post, put, refused, type Scenario, type Seen } from "../../scenario.ts";

const AT_ONCE = 50;

/** Calls of the database and of another server, all at once; the answer names what each has found. */
const GATHER = `export default async ({ db, request }) => {
  const { issuer } = await request.json();
  const { data: [{ id }] } = await db.list("stock", { filter: { name: { _eq: "apple" } } });
  const reads = Array.from({ length: ${AT_ONCE} }, () => db.get("stock", id));
  const other = fetch(issuer + "/.well-known/openid-configuration").then((answer) => answer.json());
  const [found, ...items] = await Promise.all([other, ...reads]);
  const [sold] = await db.batch([
    { op: "guard", collection: "stock", filter: { id: { _eq: id }, left: { _gte: 1 } }, exists: true },
    { op: "update", collection: "stock", id, data: { left: { $inc: -1 } } },
  ]).then((results) => results.slice(1));
  const refused = await fetch("https://example.com/").catch(({ code }) => code);
  return { items: items.filter(({ name }) => name === "apple").length, issuer: found.issuer, left: sold.left, refused };
};`;

/** Reads another server's answer by chunks, and sends its own so. */
const STREAMS = `export default async ({ request }) => {
  const { body } = await fetch((await request.json()).issuer + "/.well-known/openid-configuration");
  return new Response((async function* () {
    yield "read ";
    for await (const chunk of body) yield chunk.length > 0 ? "some" : "nothing";
    yield new TextEncoder().encode(" ä");
  })(), { status: 201, headers: { "content-type": "text/plain" } });
};`;

const LOOPS = "export default () => {\n  for (;;);\n};";

const hostOf = ({ outside }: Seen): string => new URL(outside.issuer).host;

/** Whoever calls it, by the caller's own rules. */
const SEEKS = `export default ({ db }) =>
  db.list("stock", {}).then(({ data }) => "found " + data.length, ({ code }) => code);`;

const needs = [
  collection({
    slug: "stock",
    fields: [
      { name: "name", type: "text" },
      { name: "left", type: "integer" },
    ],
  }),
];

export const scenarios: Scenario[] = [
  {
    name: "functions: one that acts as its caller reads no item that the caller may not",
    as: as.anonymous,
    needs,
    given: [
      { as: as.secretKey, request: post("/api/items/stock", { name: "pear", left: 1 }), expect: { status: 201 } },
      {
        as: as.secretKey,
        request: put("/api/deployments/seeks", {
          source: SEEKS,
          permissions: { actions: ["read"], collections: ["stock"] },
          http: { auth: "public" },
        }),
        expect: { status: 200 },
      },
      {
        as: as.secretKey,
        request: post("/api/functions/seeks", {}),
        expect: { status: 200, contains: ["found "] },
      },
      // Set, and then set again.
      ...["first", "second"].map((value) => ({
        as: as.secretKey,
        request: put("/api/deployments/seeks/secrets/KEY", { value }),
        expect: { status: 200, excludes: [value] },
      })),
    ],
    request: post("/api/functions/seeks", {}),
    expect: { status: 200, body: { data: "UNAUTHORIZED" }, excludes: INTERNALS },
  },
  {
    name: "functions: calls of items and of another server are under way at once, and a loop ends",
    as: as.anonymous,
    needs,
    given: [
      { as: as.secretKey, request: post("/api/items/stock", { name: "apple", left: 3 }), expect: { status: 201 } },
      {
        as: as.secretKey,
        request: (seen) =>
          put("/api/deployments/gather", {
            source: GATHER,
            permissions: { as: "system", actions: ["read", "update"], collections: ["stock"], fetch: [hostOf(seen)] },
            http: { auth: "public" },
            limits: { cpu_ms: 2000, wall_ms: 30_000 },
          }),
        expect: { status: 200, body: { data: { name: "gather", version: 1 } } },
      },
      {
        as: as.secretKey,
        request: put("/api/deployments/loops", { source: LOOPS, http: { auth: "public" }, limits: { cpu_ms: 10 } }),
        expect: { status: 200 },
      },
      {
        as: as.secretKey,
        request: (seen) =>
          put("/api/deployments/streams", {
            source: STREAMS,
            permissions: { fetch: [hostOf(seen)] },
            http: { auth: "public" },
            limits: { cpu_ms: 2000, wall_ms: 30_000 },
          }),
        expect: { status: 200 },
      },
      {
        request: ({ outside }) => post("/api/functions/streams", { issuer: outside.issuer }),
        expect: { status: 201, contains: ["read some", " ä"] },
      },
      {
        request: post("/api/functions/loops", {}),
        expect: { ...refused(500, "FUNCTION_FAILED"), excludes: INTERNALS },
      },
      { request: get("/api/deployments/loops/runs"), expect: refused(401, "UNAUTHORIZED") },
      {
        as: as.secretKey,
        request: get("/api/deployments/loops/runs"),
        expect: { status: 200, body: { data: [{ status: "failed", error: { kind: "cpu_time" } }] } },
      },
    ],
    request: ({ outside }) => post("/api/functions/gather", { issuer: outside.issuer }),
    expect: {
      status: 200,
      body: { data: { items: AT_ONCE, issuer: aText, left: 2, refused: "FORBIDDEN" } },
      excludes: INTERNALS,
    },
  },
];
