import type { JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aText, aUuid, type Expected } from "../../match.ts";
import {
  created,
  dataOf,
  type Expectation,
  get,
  INTERNALS,
  ok,
  post,
  put,
  refused,
  type Scenario,
  type Seen,
  type Step,
} from "../../scenario.ts";

const QUEUE = "contract-runs";
const SOURCE = `export default async ({ db }) => {
  console.log("counting");
  return (await db.list("run_orders", {})).data.length;
};`;

const firstOf = (seen: Seen, n: number): JsonObject =>
  (seen.replies[n]?.json as { data?: JsonObject[] } | undefined)?.data?.[0] ?? {};
const complete = (seen: Seen) => {
  const { id, lease } = firstOf(seen, 1);
  return post(`/api/jobs/${id}/complete`, { lease: lease! });
};
const ofJob = (seen: Seen) => get("/api/runs", { job: String(dataOf(seen.replies[0], "id")) });
const show = (n: number) => (seen: Seen) => get(`/api/runs/${firstOf(seen, n).id}`);
const refuses = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN"): Step[] => [
  { as: who, request: get("/api/runs"), expect: { ...refused(status, code), excludes: [QUEUE, ...INTERNALS] } },
  { as: who, request: get("/api/runs/follow", { wait: 0 }), expect: refused(status, code) },
];

/** Of an answer whose runs have the key `error`, mostly null. */
const found = (body: Expected): Expectation => ({ status: 200, body, excludes: [] });

export const scenarios: Scenario[] = [
  {
    name: "runs: what a worker and a function have done, with its parts, for administrators of the workspace alone",
    as: as.secretKey,
    needs: [collection({ slug: "run_orders", fields: [{ name: "n", type: "integer" }] })],
    request: post("/api/jobs", { queue: QUEUE, name: "counted" }),
    expect: created({ data: { id: aUuid, request_id: aUuid } }),
    then: [
      {
        request: post(`/api/job-queues/${QUEUE}/claim`, { worker: "w" }),
        expect: ok({ data: [{ traceparent: aText }] }),
      },
      { request: complete, expect: ok({ data: { state: "succeeded" } }) },
      {
        request: ofJob,
        expect: found({
          data: [{ kind: "job", name: "counted", trigger: "enqueue", status: "succeeded", request_id: aUuid }],
          has_more: false,
        }),
      },
      { as: as.otherSecretKey, request: ofJob, expect: ok({ data: [] }) },
      { as: as.otherSecretKey, request: show(3), expect: refused(404, "NOT_FOUND") },
      {
        request: put("/api/deployments/counts", {
          source: SOURCE,
          permissions: { as: "system", actions: ["read"], collections: ["run_orders"] },
        }),
        expect: { status: 200 },
      },
      { request: post("/api/functions/counts", {}), expect: ok({ data: 0 }) },
      {
        request: get("/api/runs", { kind: "function", name: "counts", status: "succeeded,failed" }),
        expect: found({ data: [{ name: "counts" }] }),
      },
      {
        request: show(8),
        expect: found({
          data: {
            trigger: "http",
            version: 1,
            logs: [{ text: "counting" }],
            spans: [{ name: "db.list", status: "ok", attributes: { "db.collection.name": "run_orders" } }],
          },
        }),
      },
      { request: get("/api/runs/follow", { wait: 0 }), expect: ok({ data: [], next: aUuid }) },
      { request: get("/api/runs", { kind: "magic" }), expect: refused(422, "VALIDATION", "kind") },
      ...refuses(as.anonymous, 401, "UNAUTHORIZED"),
      ...refuses(as.publicKey, 403, "FORBIDDEN"),
      ...refuses(as.user("alice"), 403, "FORBIDDEN"),
    ],
  },
];
