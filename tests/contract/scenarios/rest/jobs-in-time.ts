import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { aUuid, must } from "../../match.ts";
import { batch, get, ok, put, type Scenario } from "../../scenario.ts";

const MAX_WAIT_MS = 60_000;
const LOOK_MS = 100;

/** It gives its place back in the middle. */
const SLEEPS = `export default async ({ job, step }) => {
  if (job.payload.sleeps) await step.sleep("a while", 1);
  return { done: job.payload };
};`;

const job = (payload: JsonObject, more: JsonObject = {}) => ({
  ...{ op: "enqueue", kind: "function", name: "in-time", payload },
  ...more,
});

export const scenarios: Scenario[] = [
  {
    name: "jobs: what is due runs at its time, at once, after a delay and after a sleep, although nobody asks for anything",
    skip: ({ wakes }) => (wakes ? undefined : "this host ends between requests and has no alarm: ticks do what is due"),
    as: as.secretKey,
    given: [
      { request: put("/api/deployments/in-time", { source: SLEEPS }), expect: ok({ data: { name: "in-time" } }) },
    ],
    request: batch(job({ at: "once", sleeps: true }), job({ at: "later" }, { delay: 1 })),
    expect: ok({
      data: [
        { id: aUuid, state: "pending" },
        { id: aUuid, state: "scheduled" },
      ],
    }),
    async verify(reply, world) {
      const ids = (reply.json as { data: { id: string }[] }).data.map(({ id }) => id);
      for (const end = Date.now() + MAX_WAIT_MS; ; await new Promise((resolve) => setTimeout(resolve, LOOK_MS))) {
        // Reading does none of the work that is due.
        const jobs = await Promise.all(ids.map((id) => world.must(as.secretKey, get(`/api/jobs/${id}`))));
        const states = jobs.map(({ data }) => (data as JsonObject).state);
        if (states.some((state) => state !== "succeeded") && Date.now() < end) continue;
        must(jobs as never, [
          { data: { state: "succeeded", result: { done: { at: "once" } } } },
          { data: { state: "succeeded", attempts: 1, result: { done: { at: "later" } } } },
        ]);
        return;
      }
    },
  },
];
