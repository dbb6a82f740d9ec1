import type { ErrorCode, JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { ARTICLES, articles } from "../../fixtures/articles.ts";
import { collection } from "../../fixtures/collection.ts";
import { aText, aUuid, exactly, including } from "../../match.ts";
import {
  created,
  dataOf,
  del,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  refused,
  type Scenario,
} from "../../scenario.ts";

const path = "/api/permissions";
const shelf = collection(
  {
    slug: "shelf",
    fields: [
      { name: "label", type: "text" },
      { name: "size", type: "integer" },
    ],
  },
  { rows: [{ label: "top", size: 1 }] },
);
const rule = { role: "public", collection: "shelf", action: "read" };

const bad = (what: string, body: JsonObject, code: ErrorCode, field: string): Scenario => ({
  name: `rules: ${what}`,
  as: as.secretKey,
  needs: [shelf],
  request: post(path, { ...rule, ...body }),
  expect: refused(422, code, field),
  then: [{ request: get(path, { collection: "shelf" }), expect: ok({ data: [] }) }],
});
const notFor = (who: Who, status: number, code: ErrorCode): Scenario => ({
  name: `rules: not for ${who.name}`,
  as: who,
  needs: [shelf],
  request: post(path, rule),
  expect: refused(status, code),
  then: [
    { request: get(path), expect: refused(status, code) },
    { request: post(`${path}/simulate`, { collection: "shelf", action: "read" }), expect: refused(status, code) },
    { as: as.secretKey, request: get(path, { collection: "shelf" }), expect: ok({ data: [] }) },
  ],
});

const simulated = (what: string, ask: JsonObject | ((bobId: string) => JsonObject), data: JsonObject): Scenario => ({
  name: `simulate: ${what}`,
  as: as.secretKey,
  needs: [articles],
  request: (seen) => post(`${path}/simulate`, typeof ask === "function" ? ask(seen.credentials.userId("bob")) : ask),
  expect: {
    status: 200,
    body: { data: { reason: aText, ...data } as never },
    excludes: ["body-of", "99.00", "stack"],
  },
});

export const scenarios: Scenario[] = [
  notFor(as.anonymous, 401, "UNAUTHORIZED"),
  notFor(as.publicKey, 403, "FORBIDDEN"),
  notFor(as.user("alice"), 403, "FORBIDDEN"),
  notFor(as.user("carol"), 403, "FORBIDDEN"),
  bad("an unknown role", { role: "ghost" }, "VALIDATION", "role"),
  bad("an unknown collection", { collection: "ghosts" }, "VALIDATION", "collection"),
  bad("an unknown action", { action: "publish" }, "VALIDATION", "action"),
  bad("an unknown effect", { effect: "maybe" }, "VALIDATION", "effect"),
  bad("an unknown setting", { priority: 1 }, "UNKNOWN_FIELD", "priority"),
  bad("a condition on an unknown field", { condition: { nope: 1 } }, "UNKNOWN_FIELD", "condition.nope"),
  bad(
    "a condition with an unknown operator",
    { condition: { size: { $ne: 1 } } },
    "UNKNOWN_OPERATOR",
    "condition.size.$ne",
  ),
  bad("a condition of the wrong type", { condition: { size: "big" } }, "VALIDATION", "condition.size"),
  bad("a condition that is a text", { condition: "size = 1" }, "VALIDATION", "condition"),
  bad("an unknown field in its list", { fields: ["label", "nope"] }, "UNKNOWN_FIELD", "fields.1"),
  bad("a denial to delete fields", { action: "delete", effect: "deny", fields: ["size"] }, "VALIDATION", "fields"),
  bad("a deletion of fields", { action: "delete", fields: ["size"] }, "VALIDATION", "fields"),
  bad("a preset for an unknown field", { action: "create", presets: { nope: 1 } }, "UNKNOWN_FIELD", "presets.nope"),
  bad("a preset of the wrong type", { action: "create", presets: { size: "big" } }, "VALIDATION", "presets.size"),
  bad("a check on an unknown field", { action: "create", check: { nope: 1 } }, "UNKNOWN_FIELD", "check.nope"),
  bad(
    "a field that not every collection has",
    { collection: "*", condition: { label: "x" } },
    "UNKNOWN_FIELD",
    "condition.label",
  ),
  {
    name: "rules: a rule is made, listed, turned and removed, and counts at once",
    as: as.secretKey,
    needs: [shelf],
    given: [{ as: as.publicKey, request: items("shelf"), expect: refused(403, "FORBIDDEN") }],
    request: post(path, { ...rule, condition: { size: { _lt: 5 } }, fields: ["label"] }),
    expect: {
      ...created({
        data: {
          id: aUuid,
          ...rule,
          effect: "allow",
          condition: { size: { _lt: 5 } },
          fields: exactly(["label"]),
          presets: null,
          check: null,
        },
      }),
      excludes: ["workspace_id", ...INTERNALS],
    },
    then: [
      {
        as: as.publicKey,
        request: items("shelf"),
        expect: { ...ok({ data: [{ label: "top" }] }), excludes: ["size"] },
      },
      { request: get(path, { role: "public", collection: "shelf" }), expect: ok({ data: [{ action: "read" }] }) },
      {
        request: (seen) => patch(`${path}/${dataOf(seen.replies[1], "id")}`, { condition: { nope: 1 } }),
        expect: refused(422, "UNKNOWN_FIELD", "condition.nope"),
      },
      {
        request: (seen) => patch(`${path}/${dataOf(seen.replies[1], "id")}`, { condition: { size: 5 } }),
        expect: ok({ data: { condition: { size: 5 } } }),
      },
      { as: as.publicKey, request: items("shelf"), expect: { ...ok({ data: [] }), excludes: ["top"] } },
      {
        request: (seen) =>
          patch(`${path}/${dataOf(seen.replies[1], "id")}`, { effect: "deny", condition: null, fields: null }),
        expect: ok({ data: { effect: "deny" } }),
      },
      { as: as.publicKey, request: items("shelf"), expect: refused(403, "FORBIDDEN") },
      { request: (seen) => del(`${path}/${dataOf(seen.replies[1], "id")}`), expect: ok({ data: { id: aUuid } }) },
      { request: (seen) => del(`${path}/${dataOf(seen.replies[1], "id")}`), expect: refused(404, "NOT_FOUND") },
    ],
  },
  {
    name: "rules: an unknown parameter",
    as: as.secretKey,
    request: get(path, { roles: "public" }),
    expect: refused(422, "UNKNOWN_PARAMETER", "roles"),
  },
  simulated(
    "a stranger reads",
    { roles: [], collection: "articles", action: "read" },
    {
      allowed: true,
      bypass: false,
      roles: including("public") as never,
      matched_rules: [{ role: "public", action: "read" }] as never,
    },
  ),
  simulated(
    "a stranger creates",
    { roles: [], collection: "articles", action: "create" },
    { allowed: false, matched_rules: exactly([]) as never },
  ),
  simulated(
    "an editor deletes",
    { roles: ["authenticated", "editor"], collection: "articles", action: "delete" },
    { allowed: true, matched_rules: [{ role: "editor" }] as never },
  ),
  simulated(
    "bob and his own draft",
    (user_id) => ({ user_id, collection: "articles", action: "update", id: ARTICLES.bobs }),
    {
      allowed: true,
      item_matches: true,
    },
  ),
  simulated(
    "bob and nobody's draft",
    (user_id) => ({ user_id, collection: "articles", action: "update", id: ARTICLES.draft }),
    {
      allowed: false,
      item_matches: false,
    },
  ),
  simulated(
    "a row that was only thought of",
    { roles: [], collection: "articles", action: "read", item: { title: "x", state: "draft" } },
    { allowed: false, item_matches: false, matched_rules: [{ matches: false }] as never },
  ),
  simulated(
    "an administrator",
    { roles: ["admin"], collection: "articles", action: "delete" },
    { allowed: true, bypass: true },
  ),
  {
    name: "simulate: an unknown role",
    as: as.secretKey,
    needs: [articles],
    request: post(`${path}/simulate`, { roles: ["ghost"], collection: "articles", action: "read" }),
    expect: refused(422, "VALIDATION", "roles.0"),
  },
  {
    name: "simulate: an unknown user",
    as: as.secretKey,
    needs: [articles],
    request: post(`${path}/simulate`, { user_id: "' OR 1=1", collection: "articles", action: "read" }),
    expect: { ...refused(422, "VALIDATION", "user_id"), excludes: ["people.test"] },
  },
];
