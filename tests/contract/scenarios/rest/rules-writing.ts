import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { emailOf } from "../../fixtures/people.ts";
import { aTimestamp } from "../../match.ts";
import { type NameOf, namedRows } from "../../rows.ts";
import { created, del, get, INTERNALS, items, ok, patch, post, put, refused, type Scenario } from "../../scenario.ts";
import { stored } from "../../steps.ts";

const NOTES = namedRows(65, { alices: 1, kept: 2 });
const TICKETS = namedRows(66, {
  first: 1,
  second: 2,
  frozen: 3,
  presetFilled: 10,
  stateSet: 11,
  won: 12,
  good: 13,
  bad: 14,
  bonusSet: 15,
});

const notes = collection({ slug: "notes", owner_scoped: true, fields: [{ name: "text", type: "text" }] });
const note = (name: NameOf<typeof NOTES>): string => `/api/items/notes/${NOTES[name]}`;

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
      { id: TICKETS.first, title: "first", state: "open", bonus: 1 },
      { id: TICKETS.second, title: "second", state: "closed", bonus: 2 },
      { id: TICKETS.frozen, title: "frozen", state: "open", bonus: 3 },
    ],
  },
);
const ticket = (name: NameOf<typeof TICKETS>): string => `/api/items/tickets/${TICKETS[name]}`;

const alice = as.user("alice");
const bob = as.user("bob");

export const scenarios: Scenario[] = [
  {
    name: "owner preset: one's own, and nobody else's",
    as: alice,
    needs: [notes],
    request: post("/api/items/notes", { id: NOTES.alices, text: "alice-note" }),
    expect: { ...created({ data: { text: "alice-note" } }), excludes: ["bob", ...INTERNALS] },
    then: [
      { as: bob, request: items("notes"), expect: { ...ok({ data: [] }), excludes: ["alice-note"] } },
      {
        as: bob,
        request: get(note("alices")),
        expect: { status: 404, code: "ITEM_NOT_FOUND", excludes: ["alice-note"] },
      },
      {
        as: bob,
        request: patch(note("alices"), { text: "bob was here" }),
        expect: { status: 404, code: "ITEM_NOT_FOUND" },
      },
      {
        as: bob,
        request: put(note("alices"), { text: "bob was here" }),
        expect: { status: 404, code: "ITEM_NOT_FOUND" },
      },
      { as: bob, request: del(note("alices")), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
      { as: as.anonymous, request: items("notes"), expect: { status: 401, code: "UNAUTHORIZED" } },
      { as: as.publicKey, request: items("notes"), expect: { status: 403, code: "FORBIDDEN" } },
      { request: patch(note("alices"), { text: "still alice-note" }), expect: ok({ data: { version: 2 } }) },
      { request: del(note("alices")), expect: ok({ data: { id: NOTES.alices } }) },
    ],
  },
  {
    name: "owner preset: a note is not given away",
    as: alice,
    needs: [notes],
    given: [{ request: post("/api/items/notes", { id: NOTES.kept, text: "kept" }), expect: created() }],
    request: (seen) => patch(note("kept"), { owner_id: seen.credentials.userId("bob") }),
    expect: { status: 403, excludes: ['"data"', ...INTERNALS] },
    then: [
      { as: bob, request: get(note("kept")), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
      { request: del(note("kept")), expect: ok() },
    ],
  },
  {
    name: "presets: fill what is left out",
    as: alice,
    needs: [tickets],
    request: post("/api/items/tickets", { id: TICKETS.presetFilled, title: "new" }),
    expect: {
      ...created({ data: { title: "new", state: "open", by: emailOf("alice"), opened: aTimestamp, bonus: null } }),
      excludes: ["bob@", ...INTERNALS],
    },
    then: [{ as: as.secretKey, request: del(ticket("presetFilled")), expect: ok() }],
  },
  {
    name: "presets: what is given stays, where the check allows it",
    as: alice,
    needs: [tickets],
    request: post("/api/items/tickets", { id: TICKETS.stateSet, title: "new", state: "closed" }),
    expect: { ...created({ data: { state: "closed" } }), excludes: ["bob@"] },
    then: [{ as: as.secretKey, request: del(ticket("stateSet")), expect: ok() }],
  },
  {
    name: "check: a new row that it refuses is not made",
    as: alice,
    needs: [tickets],
    request: post("/api/items/tickets", { id: TICKETS.won, title: "new", state: "won" }),
    expect: refused(403, "FORBIDDEN"),
    then: [{ as: as.secretKey, request: get(ticket("won")), expect: refused(404, "ITEM_NOT_FOUND") }],
  },
  {
    name: "check: one refused row of a list, and none is made",
    as: alice,
    needs: [tickets],
    request: post("/api/items/tickets", [
      { id: TICKETS.good, title: "good" },
      { id: TICKETS.bad, title: "bad", state: "won" },
    ]),
    expect: refused(403, "FORBIDDEN"),
    then: [{ as: as.secretKey, request: get(ticket("good")), expect: refused(404, "ITEM_NOT_FOUND") }],
  },
  {
    name: "check: a change that it refuses is not made",
    as: alice,
    needs: [tickets],
    request: patch(ticket("first"), { title: "won it", state: "won" }),
    expect: refused(403, "FORBIDDEN"),
    then: [stored(ticket("first"), { title: "first", state: "open", version: 1 })],
  },
  {
    name: "fields: a create may not set others",
    as: alice,
    needs: [tickets],
    request: post("/api/items/tickets", { id: TICKETS.bonusSet, title: "x", bonus: 100 }),
    expect: refused(403, "FIELD_FORBIDDEN", "bonus"),
    then: [{ as: as.secretKey, request: get(ticket("bonusSet")), expect: refused(404, "ITEM_NOT_FOUND") }],
  },
  {
    name: "fields: an update may not set others",
    as: alice,
    needs: [tickets],
    request: patch(ticket("first"), { bonus: 100 }),
    expect: refused(403, "FIELD_FORBIDDEN", "bonus"),
    then: [stored(ticket("first"), { bonus: 1 })],
  },
  {
    name: "fields: a replacement touches them all",
    as: alice,
    needs: [tickets],
    request: put(ticket("first"), { title: "replaced" }),
    expect: { ...refused(403, "FIELD_FORBIDDEN"), excludes: ['"data"'] },
    then: [stored(ticket("first"), { title: "first", bonus: 1 })],
  },
  {
    name: "condition: a row outside of it is not changed",
    as: alice,
    needs: [tickets],
    request: patch(ticket("second"), { title: "reopened" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [stored(ticket("second"), { title: "second", version: 1 })],
  },
  {
    name: "deny: a row that it matches is not changed",
    as: alice,
    needs: [tickets],
    request: patch(ticket("frozen"), { state: "closed" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [stored(ticket("frozen"), { state: "open", version: 1 })],
  },
  {
    name: "deny: a row is not changed into one that it matches",
    as: alice,
    needs: [tickets],
    request: patch(ticket("first"), { title: "frozen" }),
    expect: refused(403, "FORBIDDEN"),
    then: [stored(ticket("first"), { title: "first" })],
  },
];
