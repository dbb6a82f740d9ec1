import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { emailOf } from "../../fixtures/people.ts";
import { aTimestamp } from "../../match.ts";
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
  uuid,
} from "../../scenario.ts";

const NOTES = 65;
const TICKETS = 66;

const notes = collection({ slug: "notes", owner_scoped: true, fields: [{ name: "text", type: "text" }] });
const note = (n: number): string => `/api/items/notes/${uuid(NOTES, n)}`;

const tickets = collection(
  {
    slug: "tickets",
    fields: [
      { name: "title", type: "text" },
      { name: "by", type: "text" },
      { name: "opened", type: "timestamp" },
      { name: "state", type: "enum", values: ["open", "closed", "won"] },
      { name: "bonus", type: "integer" },
    ],
  },
  {
    rules: [
      { role: "authenticated", action: "read" },
      {
        role: "authenticated",
        action: "create",
        fields: ["title", "state"],
        presets: { by: "$user.email", opened: "$now", state: "open" },
        check: { state: { _in: ["open", "closed"] }, by: "$user.email" },
      },
      {
        role: "authenticated",
        action: "update",
        fields: ["title", "state"],
        condition: { state: "open" },
        check: { state: { _neq: "won" } },
      },
      { role: "authenticated", action: "update", effect: "deny", condition: { title: "frozen" } },
    ],
    rows: [
      { id: uuid(TICKETS, 1), title: "first", state: "open", bonus: 1 },
      { id: uuid(TICKETS, 2), title: "second", state: "closed", bonus: 2 },
      { id: uuid(TICKETS, 3), title: "frozen", state: "open", bonus: 3 },
    ],
  },
);
const ticket = (n: number): string => `/api/items/tickets/${uuid(TICKETS, n)}`;
const ticketIs = (n: number, data: JsonObject): Step => ({
  as: as.secretKey,
  request: get(ticket(n)),
  expect: { status: 200, body: { data } as never, excludes: [] },
});

const alice = as.user("alice");
const bob = as.user("bob");

export const scenarios: Scenario[] = [
  {
    name: "owner preset: one's own, and nobody else's",
    as: alice,
    needs: [notes],
    request: post("/api/items/notes", { id: uuid(NOTES, 1), text: "alice-note" }),
    expect: { ...created({ data: { text: "alice-note" } }), excludes: ["bob", ...INTERNALS] },
    then: [
      { as: bob, request: items("notes"), expect: { ...ok({ data: [] }), excludes: ["alice-note"] } },
      { as: bob, request: get(note(1)), expect: { status: 404, code: "ITEM_NOT_FOUND", excludes: ["alice-note"] } },
      { as: bob, request: patch(note(1), { text: "bob was here" }), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
      { as: bob, request: put(note(1), { text: "bob was here" }), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
      { as: bob, request: del(note(1)), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
      { as: as.anonymous, request: items("notes"), expect: { status: 401, code: "UNAUTHORIZED" } },
      { as: as.publicKey, request: items("notes"), expect: { status: 403, code: "FORBIDDEN" } },
      { request: patch(note(1), { text: "still alice-note" }), expect: ok({ data: { version: 2 } }) },
      { request: del(note(1)), expect: ok({ data: { id: uuid(NOTES, 1) } }) },
    ],
  },
  {
    name: "owner preset: a note is not given away",
    as: alice,
    needs: [notes],
    given: [{ request: post("/api/items/notes", { id: uuid(NOTES, 2), text: "kept" }), expect: created() }],
    request: (seen) => patch(note(2), { owner_id: seen.credentials.userId("bob") }),
    expect: { status: 403, excludes: ['"data"', ...INTERNALS] },
    then: [
      { as: bob, request: get(note(2)), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
      { request: del(note(2)), expect: ok() },
    ],
  },
  {
    name: "presets: fill what is left out",
    as: alice,
    needs: [tickets],
    request: post("/api/items/tickets", { id: uuid(TICKETS, 10), title: "new" }),
    expect: {
      ...created({ data: { title: "new", state: "open", by: emailOf("alice"), opened: aTimestamp, bonus: null } }),
      excludes: ["bob@", ...INTERNALS],
    },
    then: [{ as: as.secretKey, request: del(ticket(10)), expect: ok() }],
  },
  {
    name: "presets: what is given stays, where the check allows it",
    as: alice,
    needs: [tickets],
    request: post("/api/items/tickets", { id: uuid(TICKETS, 11), title: "new", state: "closed" }),
    expect: { ...created({ data: { state: "closed" } }), excludes: ["bob@"] },
    then: [{ as: as.secretKey, request: del(ticket(11)), expect: ok() }],
  },
  {
    name: "check: a new row that it refuses is not made",
    as: alice,
    needs: [tickets],
    request: post("/api/items/tickets", { id: uuid(TICKETS, 12), title: "new", state: "won" }),
    expect: refused(403, "FORBIDDEN"),
    then: [{ as: as.secretKey, request: get(ticket(12)), expect: refused(404, "ITEM_NOT_FOUND") }],
  },
  {
    name: "check: one refused row of a list, and none is made",
    as: alice,
    needs: [tickets],
    request: post("/api/items/tickets", [
      { id: uuid(TICKETS, 13), title: "good" },
      { id: uuid(TICKETS, 14), title: "bad", state: "won" },
    ]),
    expect: refused(403, "FORBIDDEN"),
    then: [{ as: as.secretKey, request: get(ticket(13)), expect: refused(404, "ITEM_NOT_FOUND") }],
  },
  {
    name: "check: a change that it refuses is not made",
    as: alice,
    needs: [tickets],
    request: patch(ticket(1), { title: "won it", state: "won" }),
    expect: refused(403, "FORBIDDEN"),
    then: [ticketIs(1, { title: "first", state: "open", version: 1 })],
  },
  {
    name: "fields: a create may not set others",
    as: alice,
    needs: [tickets],
    request: post("/api/items/tickets", { id: uuid(TICKETS, 15), title: "x", bonus: 100 }),
    expect: refused(403, "FIELD_FORBIDDEN", "bonus"),
    then: [{ as: as.secretKey, request: get(ticket(15)), expect: refused(404, "ITEM_NOT_FOUND") }],
  },
  {
    name: "fields: an update may not set others",
    as: alice,
    needs: [tickets],
    request: patch(ticket(1), { bonus: 100 }),
    expect: refused(403, "FIELD_FORBIDDEN", "bonus"),
    then: [ticketIs(1, { bonus: 1 })],
  },
  {
    name: "fields: a replacement touches them all",
    as: alice,
    needs: [tickets],
    request: put(ticket(1), { title: "replaced" }),
    expect: { ...refused(403, "FIELD_FORBIDDEN"), excludes: ['"data"'] },
    then: [ticketIs(1, { title: "first", bonus: 1 })],
  },
  {
    name: "condition: a row outside of it is not changed",
    as: alice,
    needs: [tickets],
    request: patch(ticket(2), { title: "reopened" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [ticketIs(2, { title: "second", version: 1 })],
  },
  {
    name: "deny: a row that it matches is not changed",
    as: alice,
    needs: [tickets],
    request: patch(ticket(3), { state: "closed" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [ticketIs(3, { state: "open", version: 1 })],
  },
  {
    name: "deny: a row is not changed into one that it matches",
    as: alice,
    needs: [tickets],
    request: patch(ticket(1), { title: "frozen" }),
    expect: refused(403, "FORBIDDEN"),
    then: [ticketIs(1, { title: "first" })],
  },
];
