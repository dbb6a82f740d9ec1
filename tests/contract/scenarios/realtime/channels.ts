import { as } from "../../as.ts";
import { aText, aTimestamp } from "../../match.ts";
import { get, nextOf, ok, post, type Scenario } from "../../scenario.ts";

const admin = as.secretKey;
const alice = as.user("alice");

/** Channels of applications, and who is present in them, in the form that every host has: bounded requests. */
export const scenarios: Scenario[] = [
  {
    name: "realtime: an application channel carries messages under its own rules",
    as: alice,
    given: [
      { request: get("/api/realtime/channels/room:7", { poll: "1" }), expect: { status: 403, code: "FORBIDDEN" } },
      {
        as: admin,
        request: post("/api/permissions", {
          role: "authenticated",
          action: "read",
          collection: "channel:room:{room}",
          condition: { room: { _in: ["7", "8"] } },
        }),
        expect: { status: 201 },
      },
      {
        as: admin,
        request: post("/api/permissions", {
          role: "authenticated",
          action: "create",
          collection: "channel:room:{room}",
          condition: { room: "7" },
        }),
        expect: { status: 201 },
      },
      { request: get("/api/realtime/channels/room:7", { poll: "1" }), expect: { status: 200 } },
      { request: post("/api/realtime/channels/room:7", { event: "typing", data: { n: 1 } }), expect: { status: 202 } },
      { request: post("/api/realtime/channels/room:8", { data: "room-eight" }), expect: { status: 403 } },
    ],
    request: (seen) => get("/api/realtime/channels/room:7", { poll: "1", after: nextOf(seen, 3) }),
    expect: {
      ...ok({ data: [{ event: "message", name: "typing", data: { n: 1 }, from: aText, at: aTimestamp }] }),
      excludes: ["room-eight"],
    },
  },
  {
    name: "realtime: a position that a channel's messages never had is gone, and says from where to go on",
    as: admin,
    request: get("/api/realtime/channels/depth:1", { poll: "1", after: "1.9999999999.9999999999" }),
    expect: {
      status: 410,
      code: "GONE",
      field: "after",
      body: { error: { details: { next: aText } } },
      excludes: ['"data"'],
    },
    then: [
      { request: post("/api/realtime/channels/depth:1", { data: "afterwards" }), expect: { status: 202 } },
      {
        request: ({ replies }) => {
          const { error } = replies[0]!.json as { error: { details: { next: string } } };
          return get("/api/realtime/channels/depth:1", { poll: "1", after: error.details.next });
        },
        expect: ok({ data: [{ event: "message", data: "afterwards" }] }),
      },
    ],
  },
  {
    name: "realtime: presence is who asks, where a rule lets them read the channel",
    as: alice,
    given: [
      { request: get("/api/realtime/presence/lobby", { poll: "1" }), expect: { status: 403, code: "FORBIDDEN" } },
      {
        as: admin,
        request: post("/api/permissions", {
          role: "authenticated",
          action: "read",
          collection: "channel:{hall}",
          condition: { hall: "lobby" },
        }),
        expect: { status: 201 },
      },
      { request: get("/api/realtime/presence/cellar", { poll: "1" }), expect: { status: 403, code: "FORBIDDEN" } },
    ],
    request: get("/api/realtime/presence/lobby", { poll: "1" }),
    expect: {
      ...ok({ data: [{ event: "presence", data: { members: [{ id: aText, connections: 1 }] } }] }),
      excludes: ["@people.test"],
    },
    then: [{ as: as.anonymous, request: get("/api/realtime/presence/lobby", { poll: "1" }), expect: { status: 401 } }],
  },
];
