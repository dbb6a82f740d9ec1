import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent, aText, type Expected, including } from "../../match.ts";
import { type NameOf, namedRows } from "../../rows.ts";
import {
  dataOf,
  del,
  type Expectation,
  get,
  patch,
  post,
  refused,
  type Scenario,
  type Seen,
  type Step,
  socket,
  type Turn,
  withHeaders,
} from "../../scenario.ts";
import type { Fixture } from "../../world.ts";

const BEACONS = namedRows(83, { crossing: 1, unheard: 2, heard: 3, first: 4, second: 5, top: 6, higher: 7 });
type Beacon = NameOf<typeof BEACONS>;

const beacons = collection(
  {
    slug: "beacons",
    fields: [
      { name: "text", type: "text" },
      { name: "level", type: "integer" },
      { name: "secret_note", type: "text" },
    ],
  },
  {
    rules: [{ role: "public", action: "read", condition: { level: { _gte: 1 } }, fields: ["text", "level"] }],
  },
);

/** Another instance may work from definitions that are two seconds old, and sockets may be served by one. */
const knownBeacons: Fixture = {
  name: "whoever serves sockets knows beacons",
  needs: [beacons],
  make: () => new Promise((resolve) => setTimeout(resolve, 2000)),
};

const admin = as.secretKey;
const mayRead = (collection: string) => post("/api/permissions", { role: "authenticated", action: "read", collection });

/** The same for the rules of some channels. */
const knownPiers: Fixture = {
  name: "whoever serves sockets knows who may read the piers",
  async make(world) {
    for (const name of ["pier", "quay"]) await world.must(admin, mayRead(`channel:${name}`));
    await new Promise((resolve) => setTimeout(resolve, 2000));
  },
};

const ITEMS = "/api/realtime/items/beacons";
const alice = as.user("alice");
const written = (name: Beacon, row: JsonObject): Turn => ({
  step: {
    as: admin,
    request: post("/api/items/beacons", { id: BEACONS[name], ...row }),
    expect: { status: 201, excludes: [] },
  },
});
const changed = (name: Beacon, row: JsonObject): Turn => ({
  step: {
    as: admin,
    request: patch(`/api/items/beacons/${BEACONS[name]}`, row),
    expect: { status: 200, excludes: [] },
  },
});
const removed = (name: Beacon): Turn => ({
  step: { as: admin, request: del(`/api/items/beacons/${BEACONS[name]}`), expect: { status: 200, excludes: [] } },
});
const follow = (ref: string, address = ITEMS, after?: string): Turn => ({
  send: { ref, subscribe: address, ...(after !== undefined && { after }) },
});
const ready = (ref: string): Turn => ({ until: { ref, id: aText, data: { event: "ready" } } });
const sent = (ref: string, event: string, name: Beacon, data?: Expected): Turn => ({
  until: { ref, id: aText, data: { event, id: BEACONS[name], ...(data !== undefined && { data }) } },
});
const refusal = (ref: string, code: string, field?: string): Turn => ({
  until: { ref, error: { code, message: aText, ...(field !== undefined && { details: { field } }) } },
});
const sound: Expectation = { status: 101, excludes: ["classified"] };
/** The position of the last message of the first socket. */
function positionOf(seen: Seen): string {
  const talk = seen.replies.find(({ status }) => status === 101)!.json as { messages: { id: string }[] };
  return talk.messages.at(-1)!.id;
}

const made: Step = {
  as: as.operator,
  request: post("/api/keys", { name: "socket", kind: "secret" }),
  expect: { status: 201, excludes: [] },
};
/** A caller whose key the scenario itself has made. */
const bearing = (key: string): Record<string, string> => ({ "x-api-key": key });

/** The streams over one socket; a host without any refuses, and says what there is instead. */
export const scenarios: Scenario[] = [
  {
    name: "sockets: asked without a handshake, the address says what it speaks",
    as: as.anonymous,
    request: get("/api/realtime/socket"),
    expect: { status: [426, 501], contains: ["server-sent events"], excludes: ['"data"'] },
    then: [
      {
        request: get("/api/realtime/socket", { since: "1" }),
        expect: { status: 422, code: "UNKNOWN_PARAMETER", field: "since" },
      },
    ],
  },
  {
    name: "sockets: many subscriptions, each told what enters, changes and leaves as the caller sees it",
    as: as.anonymous,
    needs: [knownBeacons],
    request: socket([
      follow("all"),
      ready("all"),
      follow("some", `${ITEMS}?filter=${encodeURIComponent('{"text":"wanted"}')}`),
      ready("some"),
      written("crossing", { text: "below", level: 0, secret_note: "classified-a" }),
      changed("crossing", { level: 1 }),
      sent("all", "enter", "crossing", { text: "below", level: 1, secret_note: absent }),
      changed("crossing", { text: "seen" }),
      sent("all", "update", "crossing", { text: "seen" }),
      changed("crossing", { secret_note: "classified-b" }),
      changed("crossing", { text: "wanted" }),
      { until: { ref: "some", data: { event: "enter", id: BEACONS.crossing } } },
      removed("crossing"),
      { until: { ref: "some", data: { event: "leave", id: BEACONS.crossing, data: absent } } },
    ]),
    expect: {
      ...sound,
      body: { messages: including({ ref: "all", data: { event: "leave", id: BEACONS.crossing } }), closed: null },
      excludes: ["classified", "secret_note"],
    },
  },
  {
    name: "sockets: what is no longer followed is no longer told, and its name is free",
    as: as.anonymous,
    needs: [knownBeacons],
    request: socket([
      follow("a"),
      ready("a"),
      { send: { ref: "a", unsubscribe: true } },
      { until: { ref: "a", unsubscribed: true } },
      written("unheard", { text: "unheard", level: 2 }),
      follow("a", `${ITEMS}?filter={"level":5}`),
      ready("a"),
      written("heard", { text: "heard", level: 5 }),
      sent("a", "enter", "heard"),
      { send: { ping: true } },
      { until: { pong: true } },
    ]),
    expect: { ...sound, excludes: ["classified", "unheard"] },
  },
  {
    name: "sockets: who comes back with a position is told what was missed, and nothing twice",
    as: alice,
    needs: [knownBeacons],
    request: socket([
      follow("a"),
      ready("a"),
      written("first", { text: "first", level: 4 }),
      sent("a", "enter", "first"),
    ]),
    expect: sound,
    then: [
      {
        as: admin,
        request: post("/api/items/beacons", { id: BEACONS.second, text: "second", level: 4 }),
        expect: { status: 201, excludes: [] },
      },
      {
        request: (seen) =>
          socket([
            follow("b", ITEMS, positionOf(seen)),
            ready("b"),
            sent("b", "enter", "second"),
            follow("c", `${ITEMS}?after=${positionOf(seen)}`),
            sent("c", "enter", "second"),
          ]),
        expect: { status: 101, excludes: ["first"] },
      },
      {
        request: socket([
          follow("gone", ITEMS, "1.9999999999.9999999999"),
          { until: { ref: "gone", data: { event: "reset" } } },
        ]),
        expect: { status: 101 },
      },
    ],
  },
  {
    name: "sockets: a live query's result, kept current, and resumed by its checksum",
    as: as.anonymous,
    needs: [knownBeacons],
    request: socket([
      written("top", { text: "top", level: 96, secret_note: "classified" }),
      { send: { ref: "l", live: { collection: "beacons", sort: "-level", limit: 1 } } },
      { until: { ref: "l", id: aText, data: { event: "snapshot", rows: [{ id: BEACONS.top }] } } },
      written("higher", { text: "higher", level: 97 }),
      { until: { ref: "l", id: aText, data: { event: "diff", sum: aText } } },
      {
        send: (messages: readonly Json[]): Json => ({
          ref: "again",
          live: { collection: "beacons", sort: "-level", limit: 1 },
          after: (messages.at(-1) as { id: string }).id,
        }),
      },
      { until: { ref: "again", data: { event: "same" } } },
    ]),
    expect: { ...sound, excludes: ["classified", "secret_note"] },
  },
  {
    name: "sockets: a channel and a roster are followed like any other stream",
    as: alice,
    request: socket([
      {
        step: {
          as: admin,
          request: mayRead("channel:deck:{n}"),
          expect: { status: 201 },
        },
      },
      follow("c", "/api/realtime/channels/deck:1"),
      ready("c"),
      follow("p", "/api/realtime/presence/deck:1"),
      { until: { ref: "p", data: { event: "presence", data: { members: [{ id: aText }] } } } },
      {
        step: {
          as: admin,
          request: post("/api/realtime/channels/deck:1", { event: "ahoy", data: 1 }),
          expect: { status: 202 },
        },
      },
      { until: { ref: "c", data: { event: "message", name: "ahoy", data: 1, from: aText } } },
      follow("late", "/api/realtime/channels/deck:1", "1.9999999999.9999999999"),
      { until: { ref: "late", data: { event: "gone", code: "GONE" } } },
    ]),
    expect: { ...sound, excludes: ["@people.test"] },
  },
  {
    name: "sockets: each subscription is refused for itself, with what a request would be told",
    as: as.anonymous,
    needs: [knownBeacons],
    request: socket([
      follow("1", "/api/realtime/items/no_such"),
      refusal("1", "COLLECTION_NOT_FOUND"),
      follow("2", "/api/realtime/collections"),
      refusal("2", "UNAUTHORIZED"),
      follow("3", "/api/realtime/presence/lobby"),
      refusal("3", "UNAUTHORIZED"),
      follow("4", "/api/items/beacons"),
      refusal("4", "NOT_FOUND", "subscribe"),
      follow("5", `${ITEMS}?since=1`),
      refusal("5", "UNKNOWN_PARAMETER", "since"),
      follow("6", `${ITEMS}?filter=${encodeURIComponent('{"secret_note":"c"}')}`),
      refusal("6", "FIELD_FORBIDDEN", "filter.secret_note"),
      follow("7", ITEMS, "yesterday"),
      refusal("7", "INVALID_CURSOR", "after"),
      { send: { ref: "7b", live: {} } },
      refusal("7b", "VALIDATION", "live.collection"),
      { send: { ref: "8", live: { collection: "beacons", sort: "secret_note" } } },
      refusal("8", "FIELD_FORBIDDEN", "sort"),
      { send: { ref: "9", unsubscribe: true } },
      refusal("9", "NOT_FOUND", "ref"),
      follow("good"),
      ready("good"),
      follow("good"),
      refusal("good", "VALIDATION", "ref"),
    ]),
    expect: { ...sound, body: { closed: null } },
  },
  {
    name: "sockets: a message that cannot be understood is told what is wrong with it, and a few in a row end the socket",
    as: as.anonymous,
    request: socket([
      { raw: "{" },
      { until: { error: { code: "MALFORMED_JSON", details: { field: "message" } } } },
      { raw: new Uint8Array([1, 2, 3]) },
      { until: { error: { code: "VALIDATION", details: { field: "message" } } } },
      { send: { ref: "a", publish: "x" } },
      refusal("a", "VALIDATION", "message"),
      { send: { subscribe: ITEMS } },
      { until: { error: { code: "VALIDATION", details: { field: "ref" } } } },
      { send: { ref: "a", subscribe: ITEMS, to: 1 } },
      refusal("a", "UNKNOWN_FIELD", "to"),
      { send: { ref: "a", subscribe: "x".repeat(70_000) } },
      refusal("a", "LIMIT_EXCEEDED", "message"),
      { closes: 1008 },
    ]),
    expect: { ...sound, body: { closed: 1008 } },
  },
  {
    name: "sockets: a ticket speaks for its maker",
    as: as.anonymous,
    needs: [beacons, knownPiers],
    given: [{ as: alice, request: post("/api/realtime/tickets"), expect: { status: 201 } }],
    request: ({ replies }) =>
      socket(
        [
          follow("p", "/api/realtime/presence/pier"),
          { until: { ref: "p", data: { event: "presence", data: { members: [{ connections: 1 }] } } } },
        ],
        { ticket: dataOf(replies[0], "ticket") },
      ),
    expect: { ...sound, excludes: ["@people.test"] },
    then: [
      { request: socket([], { ticket: "made.up" }), expect: { status: 401, code: "INVALID_TOKEN", field: "ticket" } },
    ],
  },
  {
    name: "sockets: credentials that are none are refused at the handshake",
    as: as.forger({ authorization: "Bearer made.up" }),
    request: socket([]),
    expect: refused(401, "INVALID_TOKEN"),
    then: [{ as: as.signedOut, request: socket([]), expect: { status: 401, code: "INVALID_TOKEN" } }],
  },
  {
    name: "sockets: another site's page cannot open one by the browser's cookie",
    as: as.cookie("alice"),
    needs: [knownPiers],
    request: withHeaders(socket([]), { origin: "https://elsewhere.test" }),
    expect: refused(403, "ORIGIN_FORBIDDEN"),
    then: [
      {
        request: socket([
          follow("p", "/api/realtime/presence/quay"),
          { until: { ref: "p", data: { event: "presence" } } },
        ]),
        expect: { status: 101 },
      },
    ],
  },
  {
    name: "sockets: when its key is revoked, a socket ends with all that it has opened",
    as: as.anonymous,
    needs: [beacons],
    given: [made],
    request: ({ replies }) =>
      withHeaders(
        socket([
          follow("a"),
          ready("a"),
          {
            step: {
              as: as.operator,
              request: del(`/api/keys/${dataOf(replies[0], "id")}`),
              expect: { status: 200, excludes: [] },
            },
          },
          refusal("a", "INVALID_API_KEY"),
          { closes: 4401 },
        ]),
        bearing(dataOf(replies[0], "key")),
      ),
    expect: { ...sound, body: { closed: 4401 } },
  },
  {
    name: "sockets: another workspace's collection is not there",
    as: as.otherSecretKey,
    needs: [knownBeacons],
    request: socket([follow("a"), refusal("a", "COLLECTION_NOT_FOUND")]),
    expect: sound,
  },
];
