import { as, type Who } from "../../as.ts";
import { CREWS, HANDS, JOBS, jobs, mine, suspended } from "../../fixtures/crews.ts";
import { including } from "../../match.ts";
import { type NameOf, rowsOf } from "../../rows.ts";
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
  type Scenario,
  type Step,
} from "../../scenario.ts";
import { stored } from "../../steps.ts";

const needs = [jobs];
type Job = NameOf<typeof JOBS>;
const job = (name: Job): string => `/api/items/jobs/${JOBS[name]}`;
const [alice, bob] = [as.user("alice"), as.user("bob")];
const OTHERS = ["job-of-two", "job-of-none", ...INTERNALS];

const isNot = (name: Job): Step => ({
  as: as.secretKey,
  request: get(job(name)),
  expect: { status: 404, excludes: [] },
});
const reads = (who: Who, names: Job[], unseen: string[]): Scenario => ({
  name: `rules along lists: ${who.name} reads ${names.join(", ") || "nothing"}`,
  as: who,
  needs,
  request: items("jobs", { sort: "text", meta: "*" }),
  expect: {
    ...ok({ ...rowsOf(JOBS, ...names), meta: { filter_count: names.length, total_count: names.length } }),
    excludes: ['"error"', ...unseen, ...INTERNALS],
  },
});

const judges = (what: string, name: Job, holds: boolean): Scenario => ({
  name: `rules along lists: simulate judges ${what}`,
  as: as.operator,
  needs,
  request: ({ credentials }) =>
    post("/api/permissions/simulate", {
      user_id: credentials.userId("bob"),
      collection: "jobs",
      action: "update",
      id: JOBS[name],
    }),
  expect: { ...ok({ data: { allowed: holds, item_matches: holds } }), excludes: ['"error"', "job-of"] },
});

export const scenarios: Scenario[] = [
  reads(alice, ["one", "three"], ["job-of-two", "job-of-none"]),
  reads(bob, ["two"], ["job-of-one", "job-of-three", "job-of-none"]),
  reads(as.user("carol"), [], ["job-of"]),
  reads(as.secretKey, ["none", "one", "three", "two"], ["nothing"]),
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
    request: get(job("one")),
    expect: { ...ok({ data: { text: "job-of-one" } }), excludes: OTHERS },
    then: [{ request: get(job("two")), expect: { status: 404, code: "ITEM_NOT_FOUND" } }],
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
    request: post("/api/items/jobs", { id: JOBS.created, text: "made", crew: CREWS.first }),
    expect: { ...created({ data: { text: "made", crew: CREWS.first } }), excludes: OTHERS },
    then: [{ request: del(job("created")), expect: ok({ data: { id: JOBS.created } }) }, isNot("created")],
  },
  {
    name: "rules along lists: a create for another's crew",
    as: alice,
    needs,
    request: post("/api/items/jobs", { id: JOBS.elsewhere, text: "made", crew: CREWS.second }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: OTHERS },
    then: [isNot("elsewhere")],
  },
  {
    name: "rules along lists: a create for no crew",
    as: alice,
    needs,
    request: post("/api/items/jobs", { id: JOBS.crewless, text: "made" }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: OTHERS },
    then: [isNot("crewless")],
  },
  {
    name: "rules along lists: a deny along a list wins over the allow",
    as: bob,
    needs,
    request: post("/api/items/jobs", { id: JOBS.suspended, text: "made", crew: CREWS.third }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: ["job-of", ...INTERNALS] },
    then: [isNot("suspended"), { request: get(job("three")), expect: { status: 404 } }],
  },
  {
    name: "rules along lists: one bad row among good ones, and none is made",
    as: bob,
    needs,
    request: post("/api/items/jobs", [
      { id: JOBS.badInBulk, crew: CREWS.second },
      { id: JOBS.goodInBulk, crew: CREWS.first },
    ]),
    expect: refused(403, "FORBIDDEN"),
    then: [isNot("badInBulk"), isNot("goodInBulk")],
  },
  {
    name: "rules along lists: a change within reach",
    as: alice,
    needs,
    request: patch(job("three"), { text: "job-of-three, changed", crew: CREWS.first }),
    expect: { ...ok({ data: { crew: CREWS.first, version: 2 } }), excludes: OTHERS },
    then: [{ request: patch(job("three"), { text: "job-of-three", crew: CREWS.third }), expect: ok() }],
  },
  {
    name: "rules along lists: a change out of reach",
    as: alice,
    needs,
    request: patch(job("one"), { crew: CREWS.second }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: OTHERS },
    then: [stored(job("one"), { crew: CREWS.first, version: 1 })],
  },
  {
    name: "rules along lists: a change of another's",
    as: alice,
    needs,
    request: patch(job("two"), { crew: CREWS.first }),
    expect: { ...refused(404, "ITEM_NOT_FOUND"), excludes: OTHERS },
    then: [
      stored(job("two"), { crew: CREWS.second, version: 1 }),
      { request: put(job("two"), { crew: CREWS.first }), expect: { status: 404 } },
      { request: del(job("two")), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
      stored(job("two"), { crew: CREWS.second, version: 1 }),
    ],
  },
  {
    name: "rules along lists: a suspended member changes and deletes nothing",
    as: bob,
    needs,
    request: del(job("three")),
    expect: { ...refused(404, "ITEM_NOT_FOUND"), excludes: ["job-of"] },
    then: [
      { request: patch(job("three"), { text: "x" }), expect: { status: 404 } },
      stored(job("three"), { text: "job-of-three" }),
    ],
  },
  {
    name: "rules along lists: what changes on the way counts at once",
    as: bob,
    needs,
    given: [
      { as: as.secretKey, request: patch(`/api/items/hands/${HANDS.bobInThird}`, { status: "active" }), expect: ok() },
    ],
    request: items("jobs", { sort: "text" }),
    expect: { ...ok(rowsOf(JOBS, "three", "two")), excludes: ["job-of-one", "job-of-none"] },
    then: [
      {
        as: as.secretKey,
        request: patch(`/api/items/hands/${HANDS.bobInThird}`, { status: "suspended" }),
        expect: { ...ok(), excludes: [] },
      },
      { request: items("jobs"), expect: ok(rowsOf(JOBS, "two")) },
    ],
  },
  {
    name: "rules along lists: simulate reports which rules bear on a caller, and with which values",
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
  judges("an item of the caller's crew", "two", true),
  judges("an item of another crew", "one", false),
  judges("an item that a deny rule takes away", "three", false),
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
