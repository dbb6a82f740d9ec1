import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { get, INTERNALS, items, ok, refused, type Scenario, SECRETS, type Step } from "../../scenario.ts";

const insights = get("/api/insights");
const slow = get("/api/insights/queries");

const refusedTo = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN" | "INVALID_TOKEN"): Step => ({
  as: who,
  request: insights,
  expect: refused(status, code),
});

export const scenarios: Scenario[] = [
  {
    name: "insights: requests and refusals of the workspace, for administrators; of all, for owners of the server",
    as: as.secretKey,
    needs: [collection({ slug: "watched", fields: [{ name: "text", type: "text" }] })],
    given: [
      { request: items("watched"), expect: { status: 200 } },
      { request: items("watched", { limit: 0 }), expect: refused(422, "VALIDATION", "limit") },
    ],
    request: insights,
    expect: {
      status: 200,
      body: { data: { scope: "instance", of: "workspace", streams: { truncated: false } } },
      contains: ['"group":"Item reads"', '"code":"VALIDATION"', '"route":"GET /api/items/:slug"', '"consumers":['],
      excludes: ['"server":', '"memory_bytes"', "sk_live_", ...SECRETS, ...INTERNALS],
    },
    then: [
      {
        as: as.operator,
        request: insights,
        expect: {
          status: 200,
          body: { data: { of: "server" } },
          contains: ['"memory_bytes"', '"uptime_seconds"'],
          excludes: ["sk_live_", ...SECRETS, ...INTERNALS],
        },
      },
      {
        as: as.otherSecretKey,
        request: insights,
        expect: { status: 200, body: { data: { of: "workspace" } }, excludes: ['"server":', "watched"] },
      },
      { request: slow, expect: { ...ok(), contains: ['"data":['] } },
      { as: as.operator, request: slow, expect: ok() },
      { as: as.anonymous, request: slow, expect: refused(401, "UNAUTHORIZED") },
      { as: as.publicKey, request: slow, expect: refused(403, "FORBIDDEN") },
      { as: as.user("alice"), request: slow, expect: refused(403, "FORBIDDEN") },
      { request: get("/api/insights", { group: "none" }), expect: refused(422, "VALIDATION", "group") },
      refusedTo(as.anonymous, 401, "UNAUTHORIZED"),
      refusedTo(as.signedOut, 401, "INVALID_TOKEN"),
      refusedTo(as.publicKey, 403, "FORBIDDEN"),
      refusedTo(as.user("alice"), 403, "FORBIDDEN"),
      refusedTo(as.user("carol"), 403, "FORBIDDEN"),
    ],
  },
];
