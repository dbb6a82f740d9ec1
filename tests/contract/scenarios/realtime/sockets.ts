import type { Json } from "@plinth/core";
import { as } from "../../as.ts";
import {
  admin,
  alice,
  BEACONS,
  changed,
  follow,
  ITEMS,
  knownBeacons,
  mayRead,
  ready,
  removed,
  sent,
  sound,
  written,
} from "../../fixtures/beacons.ts";
import { absent, aText, including } from "../../match.ts";
import { post, type Scenario, type Seen, socket } from "../../scenario.ts";

/** The position of the last message of the first socket. */
function positionOf(seen: Seen): string {
  const talk = seen.replies.find(({ status }) => status === 101)!.json as { messages: { id: string }[] };
  return talk.messages.at(-1)!.id;
}

/** The streams over one socket. */
export const scenarios: Scenario[] = [
  {
    name: "sockets: many subscriptions, each with what enters, changes and leaves as the caller sees it",
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
    name: "sockets: an ended subscription gets no more events, and its name is free",
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
    name: "sockets: a client that reconnects with a position gets what was missed, and nothing twice",
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
      { until: { ref: "l", id: aText, data: { event: "diff", checksum: aText } } },
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
];
