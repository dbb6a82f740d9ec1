import { as, type Who } from "../as.ts";
import { collection } from "../fixtures/collection.ts";
import { type Call, del, get, items, ok, patch, post, put, refused, type Scenario, type Step } from "../scenario.ts";
import { keyed } from "./idempotency.ts";

const ballots = collection({ slug: "ballots", fields: [{ name: "a", type: "text" }] }, {});
const NOBODY = "00000000-0000-4000-8000-000000000000";

const refuses = (what: string, call: Call, then: readonly Step[] = [], who: Who = as.secretKey): Scenario => ({
  name: `idempotency: ${what} takes no key, says so, and writes nothing`,
  as: who,
  needs: [ballots],
  request: keyed(call, '"no-key-here"'),
  expect: { ...refused(422, "VALIDATION", "idempotency-key"), contains: ["not supported at this address"] },
  then,
});
const without = (path: string, word: string): Step => ({
  request: get(path),
  expect: { ...ok(), excludes: [word] },
});

/** Where a key could not keep its promise it is refused, rather than passed over. */
export const idempotencyRefused: Scenario[] = [
  refuses("a new collection", post("/api/collections", { slug: "never_keyed", fields: [] }), [
    { request: get("/api/collections/never_keyed"), expect: { status: 404 } },
  ]),
  refuses(
    "a changed collection",
    patch("/api/collections/ballots", { fields: [{ name: "never_keyed", type: "text" }] }),
    [without("/api/collections/ballots", "never_keyed")],
  ),
  refuses("a deleted field", del("/api/collections/ballots/fields/a", { confirm: "a" })),
  refuses("a deleted collection", del("/api/collections/ballots", { confirm: "ballots" }), [
    { request: get("/api/collections/ballots"), expect: { status: 200 } },
  ]),
  refuses("a new rule", post("/api/permissions", { role: "public", collection: "ballots", action: "read" }), [
    { as: as.anonymous, request: items("ballots"), expect: { status: [401, 403] } },
  ]),
  refuses("a changed rule", patch(`/api/permissions/${NOBODY}`, { effect: "allow" })),
  refuses("a deleted rule", del(`/api/permissions/${NOBODY}`)),
  refuses("a new role", post("/api/roles", { name: "never-keyed" }), [without("/api/roles", "never-keyed")]),
  refuses("a deleted role", del("/api/roles/no-such-role")),
  refuses("a new key", post("/api/keys", { name: "never-keyed", kind: "secret" }), [
    without("/api/keys", "never-keyed"),
  ]),
  refuses("a revoked key", del(`/api/keys/${NOBODY}`)),
  refuses("a user's roles", put(`/api/users/${NOBODY}/roles`, { roles: [] })),
  refuses(
    "a new workspace",
    post("/api/workspaces", { slug: "never-keyed", name: "Never" }),
    [without("/api/workspaces", "never-keyed")],
    as.operator,
  ),
  refuses("a message", post("/api/realtime/channels/ballots", { event: "cast", data: 1 })),
  refuses("an import", { ...post("/api/items/ballots/import"), query: { format: "ndjson" }, raw: '{"a":"x"}\n' }, [
    { request: items("ballots"), expect: ok({ data: [] }) },
  ]),
  {
    name: "idempotency: who may not write at all is told that, key or not",
    as: as.publicKey,
    request: keyed(post("/api/keys", { name: "never-keyed", kind: "secret" }), '"no-key-here"'),
    expect: refused(403, "FORBIDDEN"),
  },
];
