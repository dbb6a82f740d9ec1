import type { JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { crew, HANDS, JOBS, jobs, mine, suspended } from "../../fixtures/crews.ts";
import { including } from "../../match.ts";
import {
  created,
  del,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  put,
  refused,
  rows,
  type Scenario,
  type Step,
  uuid,
} from "../../scenario.ts";

const needs = [jobs];
const job = (n: number): string => `/api/items/jobs/${uuid(JOBS, n)}`;
const [alice, bob] = [as.user("alice"), as.user("bob")];
const OTHERS = ["job-of-two", "job-of-none", ...INTERNALS];

const stays = (n: number, data: JsonObject): Step => ({
  as: as.secretKey,
  request: get(job(n)),
  expect: { status: 200, body: { data }, excludes: [] },
});
const isNot = (n: number): Step => ({
  as: as.secretKey,
  request: get(job(n)),
  expect: { status: 404, excludes: [] },
});
const reads = (who: Who, ns: number[], unseen: string[]): Scenario => ({
  name: `rules along lists: ${who.name} reads ${ns.join(", ") || "nothing"}`,
  as: who,
  needs,
  request: items("jobs", { sort: "text", meta: "*" }),
  expect: {
    ...ok({ data: ns.map((n) => ({ id: uuid(JOBS, n) })), meta: { filter_count: ns.length, total_count: ns.length } }),
    excludes: ['"error"', ...unseen, ...INTERNALS],
  },
});

const judges = (what: string, n: number, holds: boolean): Scenario => ({
  name: `rules along lists: simulate judges ${what}`,
  as: as.operator,
  needs,
  request: ({ credentials }) =>
    post("/api/permissions/simulate", {
      user_id: credentials.userId("bob"),
      collection: "jobs",
      action: "update",
      id: uuid(JOBS, n),
    }),
  expect: { ...ok({ data: { allowed: holds, item_matches: holds } }), excludes: ['"error"', "job-of"] },
});

export const scenarios: Scenario[] = [
  reads(alice, [1, 3], ["job-of-two", "job-of-none"]),
  reads(bob, [2], ["job-of-one", "job-of-three", "job-of-none"]),
  reads(as.user("carol"), [], ["job-of"]),
  reads(as.secretKey, [4, 1, 3, 2], ["nothing"]),
  {
    name: "rules along lists: no rule for the public",
    as: as.publicKey,
    needs,
    request: items("jobs"),
    expect: { ...refused(403, "FORBIDDEN"), excludes: ["job-of"] },
  },
  {
    name: "rules along lists: one item in reach",
    as: alice,
    needs,
    request: get(job(1)),
    expect: { ...ok({ data: { text: "job-of-one" } }), excludes: OTHERS },
    then: [{ request: get(job(2)), expect: { status: 404, code: "ITEM_NOT_FOUND" } }],
  },
  {
    name: "rules along lists: the path itself may not be asked for",
    as: alice,
    needs,
    request: items("jobs", { filter: mine }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: ["job-of"] },
  },
  {
    name: "rules along lists: counts are of what is in reach",
    as: alice,
    needs,
    request: post("/api/items/jobs/aggregate", { aggregates: { n: { count: "*" }, last: { max: "text" } } }),
    expect: { ...ok({ data: [{ n: 2, last: "job-of-three" }] }), excludes: OTHERS },
  },
  {
    name: "rules along lists: a create for one's own crew",
    as: alice,
    needs,
    request: post("/api/items/jobs", { id: uuid(JOBS, 10), text: "made", crew: crew(1) }),
    expect: { ...created({ data: { text: "made", crew: crew(1) } }), excludes: OTHERS },
    then: [{ request: del(job(10)), expect: ok({ data: { id: uuid(JOBS, 10) } }) }, isNot(10)],
  },
  {
    name: "rules along lists: a create for another's crew",
    as: alice,
    needs,
    request: post("/api/items/jobs", { id: uuid(JOBS, 11), text: "made", crew: crew(2) }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: OTHERS },
    then: [isNot(11)],
  },
  {
    name: "rules along lists: a create for no crew",
    as: alice,
    needs,
    request: post("/api/items/jobs", { id: uuid(JOBS, 12), text: "made" }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: OTHERS },
    then: [isNot(12)],
  },
  {
    name: "rules along lists: a deny along a list wins over the allow",
    as: bob,
    needs,
    request: post("/api/items/jobs", { id: uuid(JOBS, 13), text: "made", crew: crew(3) }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: ["job-of", ...INTERNALS] },
    then: [isNot(13), { request: get(job(3)), expect: { status: 404 } }],
  },
  {
    name: "rules along lists: one bad row among good ones, and none is made",
    as: bob,
    needs,
    request: post("/api/items/jobs", [
      { id: uuid(JOBS, 14), crew: crew(2) },
      { id: uuid(JOBS, 15), crew: crew(1) },
    ]),
    expect: refused(403, "FORBIDDEN"),
    then: [isNot(14), isNot(15)],
  },
  {
    name: "rules along lists: a change within reach",
    as: alice,
    needs,
    request: patch(job(3), { text: "job-of-three, changed", crew: crew(1) }),
    expect: { ...ok({ data: { crew: crew(1), version: 2 } }), excludes: OTHERS },
    then: [{ request: patch(job(3), { text: "job-of-three", crew: crew(3) }), expect: ok() }],
  },
  {
    name: "rules along lists: a change out of reach",
    as: alice,
    needs,
    request: patch(job(1), { crew: crew(2) }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: OTHERS },
    then: [stays(1, { crew: crew(1), version: 1 })],
  },
  {
    name: "rules along lists: a change of another's",
    as: alice,
    needs,
    request: patch(job(2), { crew: crew(1) }),
    expect: { ...refused(404, "ITEM_NOT_FOUND"), excludes: OTHERS },
    then: [
      stays(2, { crew: crew(2), version: 1 }),
      { request: put(job(2), { crew: crew(1) }), expect: { status: 404 } },
      { request: del(job(2)), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
      stays(2, { crew: crew(2), version: 1 }),
    ],
  },
  {
    name: "rules along lists: a suspended member changes and deletes nothing",
    as: bob,
    needs,
    request: del(job(3)),
    expect: { ...refused(404, "ITEM_NOT_FOUND"), excludes: ["job-of"] },
    then: [{ request: patch(job(3), { text: "x" }), expect: { status: 404 } }, stays(3, { text: "job-of-three" })],
  },
  {
    name: "rules along lists: what changes on the way counts at once",
    as: bob,
    needs,
    given: [
      { as: as.secretKey, request: patch(`/api/items/hands/${uuid(HANDS, 4)}`, { status: "active" }), expect: ok() },
    ],
    request: items("jobs", { sort: "text" }),
    expect: { ...ok(rows(JOBS, 3, 2)), excludes: ["job-of-one", "job-of-none"] },
    then: [
      {
        as: as.secretKey,
        request: patch(`/api/items/hands/${uuid(HANDS, 4)}`, { status: "suspended" }),
        expect: { ...ok(), excludes: [] },
      },
      { request: items("jobs"), expect: ok(rows(JOBS, 2)) },
    ],
  },
  {
    name: "rules along lists: simulate tells which rules bear on a caller, and with which values",
    as: as.operator,
    needs,
    request: ({ credentials }) =>
      post("/api/permissions/simulate", { user_id: credentials.userId("bob"), collection: "jobs", action: "read" }),
    expect: {
      status: 200,
      body: {
        data: {
          matched_rules: including({ effect: "allow", condition: mine }, { effect: "deny", condition: suspended }),
        },
      },
      contains: ["exists"],
      excludes: ['"error"', "job-of"],
    },
    then: [{ as: alice, request: post("/api/permissions/simulate", {}), expect: { status: 403 } }],
  },
  judges("an item of the caller's crew", 2, true),
  judges("an item of another crew", 1, false),
  judges("an item that a deny rule takes away", 3, false),
  {
    name: "rules along lists: a condition's unknown part is named",
    as: as.secretKey,
    needs,
    request: post("/api/permissions", {
      role: "authenticated",
      collection: "jobs",
      action: "read",
      condition: { "crew.hands.nope": 1 },
    }),
    expect: { ...refused(422, "UNKNOWN_FIELD", "condition.crew.hands.nope"), excludes: ['"data"', "job-of"] },
  },
  {
    name: "rules along lists: a condition that goes straight back is refused when it is saved",
    as: as.secretKey,
    needs,
    request: post("/api/permissions", {
      role: "authenticated",
      collection: "jobs",
      action: "read",
      condition: { "crew.hands.crew.hands.status": "active" },
    }),
    expect: refused(422, "VALIDATION", "condition.crew.hands.crew.hands.status"),
  },
  {
    name: "rules along lists: so is a check",
    as: as.secretKey,
    needs,
    request: post("/api/permissions", {
      role: "authenticated",
      collection: "jobs",
      action: "create",
      check: { crew: { hands: { crew: { name: "x" } } } },
    }),
    expect: refused(422, "VALIDATION", "check.crew.hands.crew"),
  },
];
