import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aText, including } from "../../match.ts";
import {
  get,
  INTERNALS,
  ok,
  patch,
  post,
  type Reply,
  refused,
  type Scenario,
  type Step,
  socket,
  type Turn,
} from "../../scenario.ts";

const PATH = "/api/realtime/collections";
const admin = as.secretKey;
const plans = collection({ slug: "plans", fields: [{ name: "a", type: "text" }] }, {});

const poll = (after?: string) => get(PATH, { poll: "1", ...(after !== undefined && { after }) });
const adds = (name: string): Step => ({
  as: admin,
  request: patch("/api/collections/plans", { fields: [{ name, type: "text" }] }),
  expect: { status: 200, excludes: [] },
});
const nextIn = (reply: Reply | undefined): string => String((reply?.json as JsonObject | undefined)?.next ?? "");
const schema = { event: "schema", revision: isRevision };
const follow = (ref: string, after?: string): Turn => ({
  send: { ref, subscribe: PATH, ...(after !== undefined && { after }) },
});
/** A position from before all that there is: of other collections. */
const LONG_AGO = "1.00000000";

function isRevision(value: Json | undefined): boolean {
  return typeof value === "number" && value > 0;
}

/** That the schema has changed, also where no connection lasts. */
export const scenarios: Scenario[] = [
  {
    name: "schema stream: a poll says where it is, and the next one what has changed since",
    as: admin,
    needs: [plans],
    request: poll(),
    expect: ok({ data: [], next: aText }),
    then: [
      adds("b"),
      { request: ({ replies }) => poll(nextIn(replies[0])), expect: ok({ data: [schema], next: aText }) },
      // Rules count in the revision as well, and are none of its business: the position still stands.
      {
        request: post("/api/permissions", { role: "public", collection: "plans", action: "read" }),
        expect: { status: 201, excludes: [] },
      },
      adds("c"),
      { request: ({ replies }) => poll(nextIn(replies[2])), expect: ok({ data: [schema], next: aText }) },
    ],
  },
  {
    name: "schema stream: a client that reconnects learns at once that it has changed",
    as: admin,
    needs: [plans],
    request: poll(),
    expect: ok({ next: aText }),
    async verify(reply, world) {
      const first = await world.stream(admin, get(PATH), '"event":"ready"');
      const position = /^id: (\S+)$/m.exec(first.text)?.[1];
      if (position !== nextIn(reply)) throw new Error(`the stream begins at ${position}, the poll at ${nextIn(reply)}`);
      await world.must(admin, patch("/api/collections/plans", { fields: [{ name: "d", type: "text" }] }));
      const calls = [get(PATH, { after: position }), { ...get(PATH), headers: { "last-event-id": position } }];
      for (const call of calls) {
        const sent = await world.stream(admin, call, '"event":"schema"');
        const next = [...sent.text.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1];
        if (next === undefined || next === position)
          throw new Error(`the change has no position of its own: ${sent.text}`);
      }
    },
  },
  {
    name: "schema stream: a position that is none is refused, and so is who may not read the schema",
    as: admin,
    request: poll("yesterday"),
    expect: refused(422, "INVALID_CURSOR", "after"),
    then: [
      { as: as.anonymous, request: poll(), expect: refused(401, "UNAUTHORIZED") },
      { as: as.publicKey, request: poll(LONG_AGO), expect: refused(403, "FORBIDDEN") },
      { as: as.user("alice"), request: poll(LONG_AGO), expect: refused(403, "FORBIDDEN") },
    ],
  },
  {
    name: "schema stream: over a socket, from a position and while it is open",
    as: admin,
    needs: [plans],
    request: socket([
      follow("now"),
      { until: { ref: "now", id: aText, data: { event: "ready", revision: isRevision } } },
      follow("back", LONG_AGO),
      { until: { ref: "back", id: aText, data: schema } },
      { step: adds("e") },
      { until: { ref: "now", id: aText, data: { ...schema, changed: including("plans"), removed: [] } } },
      follow("none", "yesterday"),
      { until: { ref: "none", error: { code: "INVALID_CURSOR", details: { field: "after" } } } },
    ]),
    expect: { status: 101, excludes: [...INTERNALS] },
  },
];
