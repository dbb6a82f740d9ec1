import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent, aText, aTimestamp, type Expected, exactly } from "../../match.ts";
import { type NameOf, namedRows } from "../../rows.ts";
import { type Call, del, get, nextOf, ok, patch, post, refused, type Scenario, type Step } from "../../scenario.ts";

const TEAMS = namedRows(80, { alices: 1, bobs: 2 });
const SIGNALS = namedRows(81, { crossing: 1, never: 2, wanted: 3, unwanted: 4, alices: 10, bobs: 11 });
type Signal = NameOf<typeof SIGNALS>;

const teams = collection(
  { slug: "signal_teams", fields: [{ name: "lead", type: "text" }] },
  {
    rows: [
      { id: TEAMS.alices, lead: "alice@people.test" },
      { id: TEAMS.bobs, lead: "bob@people.test" },
    ],
  },
);
const signals = collection(
  {
    slug: "signals",
    fields: [
      { name: "text", type: "text" },
      { name: "level", type: "integer" },
      { name: "secret_note", type: "text" },
      { name: "team", type: "relation", to: "signal_teams", on_delete: "set_null" },
    ],
  },
  {
    needs: [teams],
    rules: [
      { role: "public", action: "read", condition: { level: { _gte: 1 } }, fields: ["text", "level"] },
      { role: "editor", action: "create" },
    ],
  },
);
const led = collection(
  {
    slug: "led_signals",
    fields: [
      { name: "text", type: "text" },
      { name: "team", type: "relation", to: "signal_teams" },
    ],
  },
  { needs: [teams], rules: [{ role: "authenticated", action: "read", condition: { "team.lead": "$user.email" } }] },
);

const stream = (slug: string, query: JsonObject = {}): Call =>
  get(`/api/realtime/items/${slug}`, { poll: "1", ...query });
const admin = as.secretKey;
const alice = as.user("alice");

const written = (name: Signal, row: JsonObject, slug = "signals"): Step => ({
  as: admin,
  request: post(`/api/items/${slug}`, { id: SIGNALS[name], ...row }),
  expect: { status: 201, excludes: [] },
});
const changed = (name: Signal, row: JsonObject, slug = "signals"): Step => ({
  as: admin,
  request: patch(`/api/items/${slug}/${SIGNALS[name]}`, row),
  expect: { status: 200, excludes: [] },
});
const event = (event: string, name: Signal, data?: Expected): Expected => ({
  event,
  id: SIGNALS[name],
  position: aText,
  ...(data !== undefined && { data }),
});

/** The streams in the form that every host has: bounded requests. */
export const scenarios: Scenario[] = [
  {
    name: "realtime: a poll without a position answers at once where the log stands",
    as: as.anonymous,
    needs: [signals],
    request: stream("signals"),
    expect: { ...ok({ data: exactly([]), next: aText }), excludes: ["secret_note"] },
  },
  {
    name: "realtime: rows enter, change and leave as the caller sees them",
    as: as.anonymous,
    needs: [signals],
    given: [
      { request: stream("signals"), expect: { status: 200 } },
      written("crossing", { text: "below", level: 0, secret_note: "classified-a" }),
      changed("crossing", { level: 1 }),
      changed("crossing", { text: "seen" }),
      changed("crossing", { secret_note: "classified-b" }),
      written("never", { text: "never", level: 0 }),
      changed("crossing", { level: 0 }),
    ],
    request: (seen) => ({ ...stream("signals", { after: nextOf(seen, 0) }), messages: 3 }),
    expect: {
      ...ok({
        data: [
          event("enter", "crossing", { text: "below", level: 1, secret_note: absent }),
          event("update", "crossing", { text: "seen", secret_note: absent }),
          event("leave", "crossing", absent),
        ],
        next: aText,
      }),
      excludes: ["classified", "never", "secret_note"],
    },
  },
  {
    name: "realtime: a filter is asked of what the caller sees, and goes on from any position",
    as: as.publicKey,
    needs: [signals],
    given: [
      { request: stream("signals", { filter: { text: "wanted" } }), expect: { status: 200 } },
      written("wanted", { text: "wanted", level: 2 }),
      {
        request: (seen) => stream("signals", { filter: { text: "wanted" }, after: nextOf(seen, 0) }),
        expect: ok({ data: [event("enter", "wanted")] }),
      },
      written("unwanted", { text: "unwanted", level: 2 }),
      { as: admin, request: del(`/api/items/signals/${SIGNALS.wanted}`), expect: { status: 200, excludes: [] } },
    ],
    request: (seen) => stream("signals", { filter: { text: "wanted" }, after: nextOf(seen, 2) }),
    expect: { ...ok({ data: [event("leave", "wanted", absent)] }), excludes: ["unwanted", "secret_note"] },
  },
  {
    name: "realtime: a rule through a relation follows the related item",
    as: alice,
    needs: [led],
    given: [
      { request: stream("led_signals"), expect: { status: 200 } },
      written("alices", { text: "alice-signal", team: TEAMS.alices }, "led_signals"),
      written("bobs", { text: "bob-signal", team: TEAMS.bobs }, "led_signals"),
      {
        request: (seen) => stream("led_signals", { after: nextOf(seen, 0) }),
        expect: { ...ok({ data: [event("enter", "alices")] }), excludes: ["bob-signal"] },
      },
      {
        as: admin,
        request: patch(`/api/items/signal_teams/${TEAMS.alices}`, { lead: "carol@people.test" }),
        expect: { status: 200, excludes: [] },
      },
    ],
    request: (seen) => stream("led_signals", { after: nextOf(seen, 3) }),
    expect: { ...ok({ data: [event("leave", "alices", absent)] }), excludes: ["bob-signal"] },
  },
  {
    name: "realtime: without a read rule there is no stream",
    as: alice,
    needs: [teams],
    request: stream("signal_teams"),
    expect: refused(403, "FORBIDDEN"),
    then: [
      { as: as.anonymous, request: stream("signal_teams"), expect: { status: 401, code: "UNAUTHORIZED" } },
      { request: stream("no_such"), expect: { status: 404, code: "COLLECTION_NOT_FOUND" } },
    ],
  },
  {
    name: "realtime: a hidden field cannot be filtered by",
    as: as.anonymous,
    needs: [signals],
    request: stream("signals", { filter: { secret_note: { _contains: "c" } } }),
    expect: refused(403, "FIELD_FORBIDDEN", "filter.secret_note"),
  },
  {
    name: "realtime: a position that is none, and a parameter that is none",
    as: as.anonymous,
    needs: [signals],
    request: stream("signals", { after: "yesterday" }),
    expect: refused(422, "INVALID_CURSOR", "after"),
    then: [
      {
        request: stream("signals", { since: "1" }),
        expect: { status: 422, code: "UNKNOWN_PARAMETER", field: "since" },
      },
    ],
  },
  {
    name: "realtime: a position beyond what the log holds is gone",
    as: admin,
    needs: [signals],
    request: stream("signals", { after: "1.9999999999.9999999999" }),
    expect: { status: 410, code: "GONE", excludes: ["classified"] },
  },
  {
    name: "realtime: another workspace's collection is not there",
    as: as.otherSecretKey,
    needs: [signals],
    request: stream("signals"),
    expect: refused(404, "COLLECTION_NOT_FOUND"),
  },
  {
    name: "realtime: a ticket speaks for its maker",
    as: as.anonymous,
    needs: [led],
    given: [
      {
        as: alice,
        request: post("/api/realtime/tickets"),
        expect: { status: 201, body: { data: { ticket: aText, expires_at: aTimestamp } } },
      },
    ],
    request: ({ replies }) =>
      stream("led_signals", { ticket: ((replies[0]!.json as JsonObject).data as JsonObject).ticket! }),
    expect: { ...ok({ data: exactly([]) }), excludes: ["bob-signal"] },
    then: [
      {
        request: stream("led_signals", { ticket: "made.up" }),
        expect: { status: 401, code: "INVALID_TOKEN", field: "ticket" },
      },
      { request: post("/api/realtime/tickets"), expect: { status: 401, code: "UNAUTHORIZED" } },
      {
        request: ({ replies }) =>
          get("/api/items/led_signals", { ticket: ((replies[0]!.json as JsonObject).data as JsonObject).ticket! }),
        expect: { status: 422 },
      },
    ],
  },
];
