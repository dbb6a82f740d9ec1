import { as } from "../../as.ts";
import {
  alice,
  beacons,
  follow,
  ITEMS,
  knownBeacons,
  knownPiers,
  ready,
  refusal,
  sound,
} from "../../fixtures/beacons.ts";
import { dataOf, del, get, post, refused, type Scenario, type Step, socket, withHeaders } from "../../scenario.ts";

const made: Step = {
  as: as.operator,
  request: post("/api/keys", { name: "socket", kind: "secret" }),
  expect: { status: 201, excludes: [] },
};
/** A caller whose key the scenario itself has made. */
const bearing = (key: string): Record<string, string> => ({ "x-api-key": key });

/** Who may open a socket, and what is refused over one; a host without any refuses all, and says what there is instead. */
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
    name: "sockets: each subscription is refused by itself, with the error that a request would get",
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
    name: "sockets: a malformed message is answered with its error, and a few in a row end the socket",
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
