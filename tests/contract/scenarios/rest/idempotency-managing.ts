import type { JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { type Expected, exactly, including } from "../../match.ts";
import {
  type Call,
  dataOf,
  del,
  get,
  INTERNALS,
  patch,
  post,
  put,
  refused,
  type Scenario,
  type Seen,
  type Step,
} from "../../scenario.ts";
import { again, first, keyed, sendsTheSame } from "./idempotency.ts";

const admin = as.secretKey;
const pillars = collection({ slug: "pillars", fields: [{ name: "a", type: "text" }] }, {});
const NOBODY = "00000000-0000-4000-8000-000000000000";

interface Write {
  readonly key: string;
  readonly what: string;
  readonly who?: Who;
  readonly given?: Call;
  readonly call: (seen: Seen) => Call;
  /** The same write of something else, which must not happen. */
  readonly other: (seen: Seen) => Call;
  readonly gives: readonly [status: number, data: Expected];
  /** What there is in the end. */
  readonly after: readonly [call: (seen: Seen) => Call, status: number, body?: Expected];
}

/** Sent again it is one answer, byte for byte, and one effect; its key goes with nothing else. */
function once({ key, what, who = admin, given, call, other, gives, after }: Write): Scenario {
  const [status, data] = gives;
  const [look, afterStatus, body] = after;
  const made: Step[] = given ? [{ request: given, expect: { status: [200, 201], excludes: [] } }] : [];
  return {
    name: `idempotency: ${what} happens once`,
    as: who,
    needs: [pillars],
    given: made,
    request: (seen) => keyed(call(seen), key),
    expect: { status, body: { data }, headers: { ...first, etag: null }, excludes: ['"error"', ...INTERNALS] },
    then: [
      { request: (seen) => keyed(call(seen), key), expect: { status, headers: again } },
      { request: (seen) => keyed(other(seen), key), expect: refused(422, "VALIDATION", "idempotency-key") },
      { as: as.operator, request: look, expect: { status: afterStatus, ...(body && { body }), excludes: [] } },
    ],
    async verify(reply, world, seen) {
      await sendsTheSame(world, who, keyed(call(seen), key), reply);
    },
  };
}

const text = (name: string): JsonObject => ({ name, type: "text" });
const at = (slug: string, rest = ""): string => `/api/collections/${slug}${rest}`;
const collections: Write[] = [
  {
    key: '"collection-made"',
    what: "a new collection",
    call: () => post("/api/collections", { slug: "pillars_made", fields: [text("a")] }),
    other: () => post("/api/collections", { slug: "pillars_other", fields: [] }),
    gives: [201, { slug: "pillars_made", version: 1 }],
    after: [() => get(at("pillars_other")), 404],
  },
  {
    key: '"collection-changed"',
    what: "a changed collection",
    given: post("/api/collections", { slug: "pillars_changed", fields: [] }),
    call: () => patch(at("pillars_changed"), { fields: [text("more")] }),
    other: () => patch(at("pillars_changed"), { fields: [text("other")] }),
    gives: [200, { fields: [{ name: "more" }], version: 2 }],
    after: [() => get(at("pillars_changed")), 200, { data: { fields: [{ name: "more" }], version: 2 } }],
  },
  {
    key: '"field-deleted"',
    what: "a deleted field",
    given: post("/api/collections", { slug: "pillars_fewer", fields: [text("a"), text("b")] }),
    call: () => del(at("pillars_fewer", "/fields/a"), { confirm: "a" }),
    other: () => del(at("pillars_fewer", "/fields/b"), { confirm: "b" }),
    gives: [200, { fields: [{ name: "b" }], version: 2 }],
    after: [() => get(at("pillars_fewer")), 200, { data: { fields: [{ name: "b" }], version: 2 } }],
  },
  {
    key: '"collection-deleted"',
    what: "a deleted collection",
    given: post("/api/collections", { slug: "pillars_gone", fields: [] }),
    call: () => del(at("pillars_gone"), { confirm: "pillars_gone" }),
    other: () => del(at("pillars"), { confirm: "pillars" }),
    gives: [200, exactly({ slug: "pillars_gone" })],
    after: [() => get(at("pillars")), 200],
  },
];

const rule = (action: string): JsonObject => ({ role: "editor", collection: "pillars", action });
const ruleAt = ({ replies }: Seen): string => `/api/permissions/${dataOf(replies[0], "id")}`;
const rulesNow = () => get("/api/permissions", { collection: "pillars" });
const rules: Write[] = [
  {
    key: '"rule-made"',
    what: "a new rule",
    call: () => post("/api/permissions", rule("read")),
    other: () => post("/api/permissions", rule("create")),
    gives: [201, rule("read") as Expected],
    after: [rulesNow, 200, { data: [rule("read") as Expected] }],
  },
  {
    key: '"rule-changed"',
    what: "a changed rule",
    given: post("/api/permissions", rule("update")),
    call: (seen) => patch(ruleAt(seen), { fields: ["a"] }),
    other: (seen) => patch(ruleAt(seen), { fields: null }),
    gives: [200, { action: "update", fields: ["a"] }],
    after: [rulesNow, 200, { data: [{ action: "read" }, { action: "update", fields: ["a"] }] }],
  },
  {
    key: '"rule-deleted"',
    what: "a deleted rule",
    given: post("/api/permissions", rule("delete")),
    call: (seen) => del(ruleAt(seen)),
    other: () => del(`/api/permissions/${NOBODY}`),
    gives: [200, {}],
    after: [rulesNow, 200, { data: [{ action: "read" }, { action: "update" }] }],
  },
];

const daves = (roles: string[]) => (seen: Seen) =>
  put(`/api/users/${seen.credentials.userId("dave")}/roles`, { roles });
const identity: Write[] = [
  {
    key: '"role-made"',
    what: "a new role",
    call: () => post("/api/roles", { name: "keyed", description: "once" }),
    other: () => post("/api/roles", { name: "keyed-other" }),
    gives: [201, { name: "keyed", description: "once", system: false }],
    after: [() => post("/api/roles", { name: "keyed" }), 409],
  },
  {
    key: '"role-deleted"',
    what: "a deleted role",
    given: post("/api/roles", { name: "keyed-gone" }),
    call: () => del("/api/roles/keyed-gone"),
    other: () => del("/api/roles/keyed"),
    gives: [200, exactly({ id: "keyed-gone" })],
    after: [() => get("/api/roles"), 200, { data: including({ name: "keyed" }) }],
  },
  {
    key: '"roles-assigned"',
    what: "an assignment of roles",
    call: daves(["editor"]),
    other: daves(["keyed"]),
    gives: [200, { roles: ["editor"] }],
    // Sending the first once more changes nothing of this.
    after: [daves([]), 200, { data: { roles: [] } }],
  },
  {
    key: '"workspace-made"',
    what: "a new workspace",
    who: as.operator,
    call: () => post("/api/workspaces", { slug: "keyed", name: "Keyed" }),
    other: () => post("/api/workspaces", { slug: "keyed-other", name: "Keyed" }),
    gives: [201, { slug: "keyed", name: "Keyed" }],
    after: [() => get("/api/workspaces"), 200, { data: including({ slug: "keyed" }) }],
  },
  {
    key: '"key-revoked"',
    what: "a revoked key",
    given: post("/api/keys", { name: "keyed-revoked", kind: "publishable" }),
    call: (seen) => del(`/api/keys/${dataOf(seen.replies[0], "id")}`),
    other: () => del(`/api/keys/${NOBODY}`),
    gives: [200, {}],
    after: [() => get("/api/keys"), 200, { data: including({ name: "secret" }) }],
  },
];

/** `Idempotency-Key` where a workspace is managed: what is true of items is true of all that is made beside them. */
export const scenarios: Scenario[] = [
  ...[...collections, ...rules, ...identity].map(once),
  {
    name: "idempotency: a replayed assignment of roles assigns nothing",
    as: admin,
    given: [
      { request: (seen) => keyed(daves(["editor"])(seen), '"assigned-before"'), expect: { status: 200, excludes: [] } },
      { request: daves([]), expect: { status: 200, excludes: [] } },
    ],
    request: (seen) => keyed(daves(["editor"])(seen), '"assigned-before"'),
    expect: { status: 200, body: { data: { roles: ["editor"] } }, headers: again, excludes: ['"error"'] },
    then: [
      {
        request: get("/api/users", { limit: "200" }),
        expect: { status: 200, body: { data: including({ name: "dave", roles: exactly([]) }) }, excludes: [] },
      },
    ],
  },
];
