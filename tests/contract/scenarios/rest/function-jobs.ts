import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aUuid, must } from "../../match.ts";
import { created, dataOf, get, INTERNALS, post, put, refused, type Scenario, type Seen } from "../../scenario.ts";
import type { World } from "../../world.ts";

const MAX_WAIT_MS = 60_000;

/** It fails after its first step, and then has values, other jobs and a list to show. */
const WORKS = `export default async ({ db, job, jobs, kv, step }) => {
  const attempt = await kv.increment("attempts");
  const kept = await step.run("note", () => db.create("job_notes", { text: job.payload.text }).then(({ text }) => text));
  if (attempt === 1) throw Object.assign(new Error("once more"), { code: "NO_RETRY" });
  const { version } = await kv.set("b", { n: 1 });
  await kv.set("a", "x", { ttl: 60 });
  const changes = [kv.set("b", 2, { if_version: version }), kv.set("b", 3, { if_version: version })];
  const refused = (await Promise.allSettled(changes)).filter(({ status }) => status === "rejected").length;
  const { name } = await jobs.enqueue({ queue: "contract-functions", name: "after" });
  const others = await Promise.all([jobs.enqueue({ queue: "default", name: "x" }), kv.get("a", { namespace: "others" })]
    .map((call) => call.catch(({ code }) => code)));
  const { entries } = await kv.list();
  return { attempt, kept, refused, name, others, keys: entries.map(({ key }) => key), notes: (await db.list("job_notes", {})).data.length };
};`;

async function ended(world: World, seen: Seen, state: string): Promise<JsonObject> {
  for (const end = Date.now() + MAX_WAIT_MS; ; ) {
    const { data } = await world.must(as.secretKey, get(`/api/jobs/${dataOf(seen.replies[1], "id")}`));
    const job = data as JsonObject;
    if (job.state === state || Date.now() > end) {
      must(job, { state });
      return job;
    }
    await world.must(as.operator, post("/api/tick"));
  }
}

export const scenarios: Scenario[] = [
  {
    name: "functions: a job runs one, whose steps are kept, and which keeps values and stores the jobs that it declares",
    as: as.secretKey,
    needs: [collection({ slug: "job_notes", fields: [{ name: "text", type: "text" }] })],
    given: [
      {
        request: put("/api/deployments/works", {
          source: WORKS,
          permissions: {
            ...{ as: "system", actions: ["read", "create"], collections: ["job_notes"] },
            ...{ kv: ["own"], jobs: ["contract-functions"] },
          },
          limits: { cpu_ms: 2000, wall_ms: 30_000 },
        }),
        expect: { status: 200 },
      },
    ],
    request: post("/api/jobs", { kind: "function", name: "works", payload: { text: "once" } }),
    expect: created({ data: { id: aUuid, kind: "function", name: "works" } }),
    then: [
      {
        as: as.user("alice"),
        request: post("/api/jobs", { kind: "function", name: "works" }),
        expect: refused(403, "FORBIDDEN"),
      },
      {
        as: as.otherSecretKey,
        request: (seen) => get(`/api/jobs/${dataOf(seen.replies[1], "id")}`),
        expect: { ...refused(404, "NOT_FOUND"), excludes: INTERNALS },
      },
    ],
    async verify(_, world, seen) {
      must(await ended(world, seen, "dead"), { last_error: "Error: once more (line 4)" });
      await world.must(as.secretKey, post(`/api/jobs/${dataOf(seen.replies[1], "id")}/retry`));
      must(await ended(world, seen, "succeeded"), {
        result: {
          ...{ attempt: 2, kept: "once", refused: 1, name: "after" },
          ...{ others: ["FORBIDDEN", "FORBIDDEN"], keys: ["a", "attempts", "b"], notes: 1 },
        },
      });
    },
  },
];
