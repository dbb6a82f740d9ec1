import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { aTimestamp } from "../../match.ts";
import { created, get, ok, post, put, refused, type Scenario, type Seen } from "../../scenario.ts";

const QUEUE = "contract-queues";
const PATH = `/api/job-queues/${QUEUE}`;
const claim = post(`${PATH}/claim`, { limit: 5 });
const enqueue = post("/api/jobs", { queue: QUEUE, name: "work" });

const WAIT = { name: "payment", event: "paid", key: "order-7", timeout: 3600 };
const event = post("/api/events", { name: "paid", key: "order-7", payload: 25 });

/** Of the claim that the nth request made. */
const claimed = (n: number, action: string, body: JsonObject) => (seen: Seen) => {
  const [one] = (seen.replies[n]?.json as { data?: JsonObject[] } | undefined)?.data ?? [];
  return post(`/api/jobs/${String(one?.id)}/${action}`, { lease: String(one?.lease), ...body });
};

export const scenarios: Scenario[] = [
  {
    name: "queues of jobs: limits and pauses hold, dead jobs run again together, and a step waits for an event",
    as: as.secretKey,
    request: put(PATH, { concurrency: 1, max_attempts: 2, rate_limit: { jobs: 2, seconds: 86_400 } }),
    expect: ok({ data: { queue: QUEUE, paused: false, concurrency: 1, rate_limit: { jobs: 2, seconds: 86_400 } } }),
    then: [
      { request: enqueue, expect: created({ data: { max_attempts: 2 } }) },
      { request: enqueue, expect: created() },
      { request: enqueue, expect: created() },
      { request: claim, expect: ok({ data: [{ state: "active" }] }) },
      { request: claim, expect: ok({ data: [] }) },
      { request: claimed(4, "fail", { error: "no", retry: false }), expect: ok({ data: { state: "dead" } }) },
      { request: post(`${PATH}/pause`), expect: ok({ data: { paused: true, concurrency: 1 } }) },
      { request: claim, expect: ok({ data: [] }) },
      { request: post(`${PATH}/resume`), expect: ok({ data: { paused: false, concurrency: 1 } }) },
      { request: claim, expect: ok({ data: [{ state: "active" }] }) },
      { request: claimed(10, "complete", {}), expect: ok({ data: { state: "succeeded" } }) },
      // Two have begun today.
      { request: claim, expect: ok({ data: [] }) },
      { request: get(PATH), expect: ok({ data: { counts: { pending: 1, dead: 1, succeeded: 1, active: 0 } } }) },
      { request: post(`${PATH}/replay`), expect: ok({ data: { replayed: 1, next: null } }) },
      { request: post(`${PATH}/cancel`), expect: ok({ data: { cancelled: 2, next: null } }) },
      { request: put(PATH, {}), expect: ok({ data: { concurrency: null, rate_limit: null, max_attempts: 5 } }) },
      { request: enqueue, expect: created() },
      { request: claim, expect: ok({ data: [{ state: "active" }] }) },
      { request: claimed(18, "wait", WAIT), expect: ok({ data: { step: null, until: aTimestamp } }) },
      { request: event, expect: created({ data: { name: "paid", key: "order-7", payload: 25 } }) },
      { request: claimed(18, "sleep", { until: "2027-01-01T00:00:00Z" }), expect: ok({ data: { state: "pending" } }) },
      { request: claim, expect: ok({ data: [{ attempts: 1 }] }) },
      { request: claimed(22, "wait", WAIT), expect: ok({ data: { step: { result: { payload: 25 } }, until: null } }) },
      { request: claimed(18, "wait", WAIT), expect: refused(409, "CONFLICT", "lease") },
      { as: as.user("alice"), request: event, expect: refused(403, "FORBIDDEN") },
      { as: as.anonymous, request: event, expect: refused(401, "UNAUTHORIZED") },
      { request: post("/api/events", { name: "" }), expect: refused(422, "VALIDATION", "name") },
      { request: put(PATH, { concurrency: 0 }), expect: refused(422, "VALIDATION", "concurrency") },
      {
        request: put(PATH, { backoff_seconds: 9, max_backoff_seconds: 8 }),
        expect: refused(422, "VALIDATION", "max_backoff_seconds"),
      },
      { request: get("/api/job-queues/A"), expect: refused(422, "VALIDATION", "queue") },
      { request: post("/api/job-queues/A/cancel", {}), expect: refused(422, "VALIDATION", "queue") },
      { as: as.otherSecretKey, request: get(PATH), expect: ok({ data: { concurrency: null, counts: { dead: 0 } } }) },
      { as: as.user("alice"), request: get(PATH), expect: refused(403, "FORBIDDEN") },
      { as: as.publicKey, request: put(PATH, {}), expect: refused(403, "FORBIDDEN") },
      { as: as.anonymous, request: post(`${PATH}/pause`), expect: refused(401, "UNAUTHORIZED") },
      { request: get(PATH), expect: ok({ data: { queue: QUEUE, rate_limit: null } }) },
      {
        request: get("/api/job-queues"),
        // Other scenarios have queues of their own.
        expect: { ...ok({}), contains: [`"queue":"${QUEUE}"`] },
      },
    ],
  },
];
