import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { must } from "../../match.ts";
import { get, INTERNALS, ok, post, put, refused, type Scenario, type Step } from "../../scenario.ts";

const limits = { cpu_ms: 2000, wall_ms: 30_000 };
const http = { auth: "public", methods: ["GET", "POST"] };
const MAX_WAIT_MS = 60_000;

const EVENTS = `export default () => new Response(new ReadableStream({ start(controller) {
  controller.enqueue("event: one\\n\\n");
  setTimeout(() => { controller.enqueue(new TextEncoder().encode("event: zwö\\n\\n")); controller.close(); }, 5);
} }), { status: 201, headers: { "content-type": "text/event-stream", "set-cookie": "a=b" } });`;

const EARLY = "export default () => { throw new RangeError('before the first piece'); };";
const LATE = "export default () => new Response((async function* () { yield 'a'; throw new RangeError('inner'); })());";

const deployed = (sources: Readonly<Record<string, string>>): Step[] =>
  Object.entries(sources).map(([name, source]) => ({
    as: as.secretKey,
    request: put(`/api/deployments/stream-${name}`, { source, http, limits }),
    expect: ok({ data: { name: `stream-${name}` } }),
  }));

export const scenarios: Scenario[] = [
  {
    name: "functions: a stream is sent with its status and headers, and what fails before it begins has its own",
    as: as.anonymous,
    given: deployed({ events: EVENTS, early: EARLY }),
    request: get("/api/functions/stream-events"),
    expect: {
      ...{ status: 201, contains: ["event: one\n\nevent: zwö\n\n"], excludes: INTERNALS },
      headers: { "content-type": /^text\/event-stream/, "set-cookie": null, "content-security-policy": "sandbox" },
    },
    then: [
      { request: get("/api/functions/stream-early"), expect: refused(500, "FUNCTION_FAILED") },
      {
        as: as.secretKey,
        request: get("/api/deployments/stream-events/runs"),
        expect: { status: 200, body: { data: [{ status: "succeeded" }] } },
      },
    ],
  },
  {
    name: "functions: a stream that breaks is logged as failed",
    skip: ({ target }) =>
      target.startsWith("vercel edge") ? "the emulator of Vercel's edge ends with a stream that breaks" : undefined,
    as: as.secretKey,
    given: deployed({ late: LATE }),
    request: get("/api/deployments/stream-late/runs"),
    expect: ok({ data: [] }),
    async verify(_, world) {
      // Hosts differ in how readers hear of it: some see the end of the connection, and some a whole answer. A `GET` would be sent again.
      await world.send(as.anonymous, post("/api/functions/stream-late", {})).catch(() => {});
      const runs = async (): Promise<JsonObject[]> =>
        (await world.must(as.secretKey, get("/api/deployments/stream-late/runs"))).data as JsonObject[];
      for (const end = Date.now() + MAX_WAIT_MS; (await runs()).length === 0 && Date.now() < end; );
      must((await runs()) as never, [{ status: "failed", error: { kind: "error", name: "RangeError" } }]);
    },
  },
];
