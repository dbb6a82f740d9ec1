import type { JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aUuid } from "../../match.ts";
import { batch, created, dataOf, get, ok, post, refused, type Scenario, type Seen, type Step } from "../../scenario.ts";

const QUEUE = "contract-jobs";
const claim = post(`/api/job-queues/${QUEUE}/claim`, { worker: "tester" });
const job = { queue: QUEUE, name: "report", unique_key: "november", payload: { month: 11 } };

/** Of the claim that the nth request made. */
const claimed = ({ replies }: Seen, n: number, at = 0): { id: string; lease: string } => {
  const one = (replies[n]?.json as { data?: JsonObject[] } | undefined)?.data?.[at];
  return { id: String(one?.id), lease: String(one?.lease) };
};
const report = (n: number, action: string, body: JsonObject) => (seen: Seen) => {
  const { id, lease } = claimed(seen, n);
  return post(`/api/jobs/${id}/${action}`, { lease, ...body });
};
const reports = (...of: JsonObject[]) => post("/api/job-reports", { reports: of });
/** Of what the second request has claimed. */
const group = (seen: Seen) =>
  reports(
    { action: "complete", ...claimed(seen, 1, 0), result: { sum: 3 } },
    { action: "fail", ...claimed(seen, 1, 1), error: "no paper", retry: false },
    { action: "complete", ...claimed(seen, 1, 2), lease: "another" },
    { action: "complete", id: "none", lease: "another" },
  );
const grouped = ok({
  data: [
    { state: "succeeded", refused: null },
    { state: "dead", refused: null },
    { state: "active", refused: { code: "CONFLICT", field: "lease" } },
    { state: null, refused: { code: "NOT_FOUND" } },
  ],
});
const GROUPS = "contract-groups";
const claimGroup = (limit: number, ahead: number) => post(`/api/job-queues/${GROUPS}/claim`, { limit, ahead });
const onFirst = (action?: string) => (seen: Seen) => {
  const path = `/api/jobs/${dataOf(seen.replies[0], "id")}`;
  return action === undefined ? get(path) : post(`${path}/${action}`);
};
const refuses = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN"): Step[] => [
  { as: who, request: get("/api/jobs"), expect: refused(status, code) },
  { as: who, request: batch({ op: "enqueue", name: "mine" }), expect: refused(status, code) },
];

export const scenarios: Scenario[] = [
  {
    name: "jobs: stored once, claimed, reported and cancelled, by administrators of the workspace alone",
    as: as.secretKey,
    needs: [collection({ slug: "job_orders", fields: [{ name: "n", type: "integer" }] })],
    request: post("/api/jobs", job),
    expect: created({ data: { id: aUuid, state: "pending", attempts: 0, payload: { month: 11 } } }),
    then: [
      {
        request: batch(
          { op: "create", collection: "job_orders", data: { n: 1 } },
          { op: "enqueue", queue: QUEUE, name: "receipt", priority: 5, payload: { order: { $ref: "ops.0.id" } } },
          { op: "enqueue", ...job },
        ),
        expect: ok({ data: [{ n: 1 }, { state: "pending", payload: { order: aUuid } }, { name: "report" }] }),
      },
      { request: claim, expect: ok({ data: [{ name: "receipt", attempts: 1, worker: "tester" }] }) },
      { request: report(2, "heartbeat", { progress: 0.5 }), expect: ok({ data: { progress: 0.5 } }) },
      { request: report(2, "steps", { name: "pay", result: 1 }), expect: ok({ data: { name: "pay", result: 1 } }) },
      { request: report(2, "steps", { name: "pay", result: 2 }), expect: ok({ data: { result: 1 } }) },
      { request: report(2, "complete", { result: { sent: true } }), expect: ok({ data: { state: "succeeded" } }) },
      { request: claim, expect: ok({ data: [{ name: "report" }] }) },
      { request: report(7, "fail", { error: "no paper" }), expect: ok({ data: { state: "scheduled" } }) },
      { request: onFirst("retry"), expect: ok({ data: { state: "pending", attempts: 0 } }) },
      { as: as.otherSecretKey, request: onFirst(), expect: refused(404, "NOT_FOUND") },
      { as: as.otherSecretKey, request: claim, expect: ok({ data: [] }) },
      { request: onFirst("cancel"), expect: ok({ data: { state: "cancelled", last_error: "no paper" } }) },
      { request: onFirst("cancel"), expect: refused(409, "CONFLICT") },
      { request: report(7, "complete", {}), expect: refused(409, "CONFLICT", "lease") },
      { request: get("/api/jobs", { queue: QUEUE }), expect: ok({ data: [{ name: "receipt" }, { name: "report" }] }) },
      {
        request: batch({ op: "enqueue", name: "late", delay: -1 }),
        expect: refused(422, "VALIDATION", "operations.0.delay"),
      },
      { request: post("/api/jobs", { kind: "magic" }), expect: refused(422, "VALIDATION", "kind") },
      {
        request: post("/api/jobs", { kind: "http", payload: { url: "http://10.0.0.1/" } }),
        expect: refused(422, "VALIDATION", "payload.url"),
      },
      ...refuses(as.anonymous, 401, "UNAUTHORIZED"),
      ...refuses(as.publicKey, 403, "FORBIDDEN"),
      ...refuses(as.user("alice"), 403, "FORBIDDEN"),
    ],
  },
  {
    name: "jobs: reports of many at once count each by itself, and once however often they are sent",
    as: as.secretKey,
    request: batch(...["one", "two", "three"].map((name) => ({ op: "enqueue", queue: GROUPS, name }) as const)),
    expect: ok({ data: [{ name: "one" }, { name: "two" }, { name: "three" }] }),
    then: [
      { request: claimGroup(1, 5), expect: ok({ data: [{ name: "one" }, { name: "two" }, { name: "three" }] }) },
      { request: group, expect: grouped },
      { request: group, expect: grouped },
      {
        request: (seen) => reports({ action: "release", ...claimed(seen, 1, 2) }),
        expect: ok({ data: [{ state: "pending", refused: null }] }),
      },
      { request: claimGroup(0, 5), expect: ok({ data: [{ name: "three", attempts: 1 }] }) },
      {
        as: as.otherSecretKey,
        request: (seen) => reports({ action: "complete", ...claimed(seen, 5) }),
        expect: ok({ data: [{ state: null, refused: { code: "NOT_FOUND" } }] }),
      },
      { request: reports({ action: "complete", id: "one" }), expect: refused(422, "VALIDATION", "reports.0.lease") },
      { request: reports(), expect: refused(422, "VALIDATION", "reports") },
      { as: as.anonymous, request: reports(), expect: refused(401, "UNAUTHORIZED") },
      { as: as.publicKey, request: reports(), expect: refused(403, "FORBIDDEN") },
      { as: as.user("alice"), request: reports(), expect: refused(403, "FORBIDDEN") },
    ],
  },
];
