import type { JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { type Call, dataOf, del, patch, post, put, type Scenario, type Seen } from "../../scenario.ts";
import { first, keyed } from "./idempotency.ts";

interface Refusal {
  readonly what: string;
  readonly who?: Who;
  /** What is in its way. */
  readonly given?: Call;
  readonly call: (seen: Seen) => Call;
  readonly status: number;
  /** After which it may be done; by an administrator. */
  readonly then?: Call;
  /** Where nothing can help it, another write with the same key. */
  readonly instead?: (seen: Seen) => Call;
  readonly done: number;
}

/** A refused write leaves its key to another try. */
function freed({ what, who = as.secretKey, given, call, status, then, instead, done }: Refusal, i: number): Scenario {
  const key = `"let-go-${i}"`;
  const prepare = (request: Call) => ({ as: as.operator, request, expect: { status: [200, 201], excludes: [] } });
  return {
    name: `idempotency: a refusal of ${what} leaves the key free`,
    as: who,
    given: [
      ...(given ? [prepare(given)] : []),
      { request: (seen) => keyed(call(seen), key), expect: { status, headers: first } },
      ...(then ? [prepare(then)] : []),
    ],
    request: (seen) => keyed((instead ?? call)(seen), key),
    expect: { status: done, headers: first, excludes: ['"error"'] },
  };
}

const named = (slug: string, ...fields: string[]): JsonObject => ({
  slug,
  fields: fields.map((name) => ({ name, type: "text" })),
});
const makes = (slug: string, ...fields: string[]): Call => post("/api/collections", named(slug, ...fields));
const takes = (slug: string): Call => del(`/api/collections/${slug}`, { confirm: slug });
const rule = { role: "editor", collection: "freed_ruled", action: "read" };
const channel = { role: "authenticated", collection: "channel:freed:{n}", action: "create" };
const NOBODY = "00000000-0000-4000-8000-000000000000";

const refusals: Refusal[] = [
  {
    what: "a new collection",
    given: makes("freed_taken"),
    call: () => makes("freed_taken"),
    status: 409,
    then: takes("freed_taken"),
    done: 201,
  },
  {
    what: "a changed collection",
    call: () => patch("/api/collections/freed_late", { fields: [{ name: "a", type: "text" }] }),
    status: 404,
    then: makes("freed_late"),
    done: 200,
  },
  {
    what: "a deleted field",
    given: makes("freed_field"),
    call: () => del("/api/collections/freed_field/fields/a", { confirm: "a" }),
    status: 404,
    then: patch("/api/collections/freed_field", { fields: [{ name: "a", type: "text" }] }),
    done: 200,
  },
  {
    what: "a deleted collection",
    call: () => takes("freed_gone"),
    status: 404,
    then: makes("freed_gone"),
    done: 200,
  },
  {
    what: "a new rule",
    call: () => post("/api/permissions", rule),
    status: 422,
    then: makes("freed_ruled"),
    done: 201,
  },
  {
    what: "a changed rule",
    given: post("/api/permissions", { ...rule, collection: "channel:freed:changed" }),
    call: () => patch(`/api/permissions/${NOBODY}`, { effect: "deny" }),
    status: 404,
    instead: ({ replies }) => patch(`/api/permissions/${dataOf(replies[0], "id")}`, { effect: "deny" }),
    done: 200,
  },
  {
    what: "a deleted rule",
    given: post("/api/permissions", { ...rule, collection: "*" }),
    call: () => del(`/api/permissions/${NOBODY}`),
    status: 404,
    instead: ({ replies }) => del(`/api/permissions/${dataOf(replies[0], "id")}`),
    done: 200,
  },
  {
    what: "a new role",
    given: post("/api/roles", { name: "freed-taken" }),
    call: () => post("/api/roles", { name: "freed-taken" }),
    status: 409,
    then: del("/api/roles/freed-taken"),
    done: 201,
  },
  {
    what: "a deleted role",
    call: () => del("/api/roles/freed-late"),
    status: 404,
    then: post("/api/roles", { name: "freed-late" }),
    done: 200,
  },
  {
    what: "an assignment of roles",
    call: ({ credentials }) => put(`/api/users/${credentials.userId("dave")}/roles`, { roles: ["freed-role"] }),
    status: 422,
    then: post("/api/roles", { name: "freed-role" }),
    done: 200,
  },
  {
    what: "a new workspace",
    who: as.operator,
    call: () => post("/api/workspaces", { slug: "other", name: "Again" }),
    status: 409,
    instead: () => post("/api/workspaces", { slug: "freed", name: "Freed" }),
    done: 201,
  },
  {
    what: "a new key",
    call: () => post("/api/keys", { name: "freed", kind: "publishable", expires_at: "2020-01-01T00:00:00Z" }),
    status: 422,
    instead: () => post("/api/keys", { name: "freed", kind: "publishable" }),
    done: 201,
  },
  {
    what: "a revoked key",
    given: post("/api/keys", { name: "freed-revoked", kind: "publishable" }),
    call: () => del(`/api/keys/${NOBODY}`),
    status: 404,
    instead: ({ replies }) => del(`/api/keys/${dataOf(replies[0], "id")}`),
    done: 200,
  },
  {
    what: "a message",
    who: as.user("alice"),
    call: () => post("/api/realtime/channels/freed:1", { data: 1 }),
    status: 403,
    then: post("/api/permissions", channel),
    done: 202,
  },
];

export const scenarios: Scenario[] = refusals.map(freed);
