import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { ticksUntil, untilFlowEnded } from "../../fixtures/flow-runs.ts";
import { must } from "../../match.ts";
import { get, ok, post, put, refused, type Scenario } from "../../scenario.ts";

const QUEUE = "contract-waits";

const flow: JsonObject = {
  triggers: [{ type: "job_failed", queues: [QUEUE] }],
  nodes: [
    {
      ...{ id: "ok", type: "approval", question: "Send {{ trigger.job.name }} again?", from: { members: ["owner"] } },
      details: { error: "{{ trigger.job.error }}" },
    },
    { id: "sent", type: "event", event: "contract.sent", key: "{{ run.id }}", timeout: 3600 },
    { id: "end", type: "set", value: "{{ steps.ok.outcome }} and {{ steps.sent.payload.how }}" },
  ],
};

interface Asked {
  readonly id: string;
  readonly run: string;
  readonly details: { readonly error: string };
}

const pending = (of: string) => get(`/api/approvals?state=pending&flow=waits&of=${of}`);

export const scenarios: Scenario[] = [
  {
    name: "flows: a job that fails starts one, which waits for the people that it names, and for an event",
    as: as.secretKey,
    request: put("/api/flows/waits", flow),
    expect: ok({ data: { name: "waits" } }),
    then: [
      { as: as.anonymous, request: pending("me"), expect: refused(401, "UNAUTHORIZED") },
      { as: as.user("bob"), request: pending("all"), expect: refused(403, "FORBIDDEN") },
      {
        as: as.anonymous,
        request: post("/api/approval-links/decide", { token: "x", decision: "approve" }),
        expect: refused(422, "VALIDATION", "token"),
      },
      { request: post("/api/jobs", { queue: QUEUE, name: "receipt" }), expect: { status: 201 } },
    ],
    async verify(_, world) {
      const first = async (): Promise<Asked | undefined> => {
        const { json } = await world.send(as.operator, pending("me"));
        return (json as unknown as { data: Asked[] }).data[0];
      };
      const claimed = await world.must(as.secretKey, post(`/api/job-queues/${QUEUE}/claim`, {}));
      const [job] = claimed.data as unknown as { id: string; lease: string }[];
      const { id: jobId, lease } = job!;
      await world.must(as.secretKey, post(`/api/jobs/${jobId}/fail`, { lease, error: "no paper", retry: false }));
      const { id, run, details } = await ticksUntil(world, first);
      if (details.error !== "no paper") throw new Error(JSON.stringify(details));
      const waiting = await world.must(as.secretKey, get(`/api/flow-runs/${run}`));
      must(waiting as never, { data: { state: "scheduled", approval: id } } as never);
      const decide = post(`/api/approvals/${id}/decide`, { decision: "approve", comment: "fine" });
      const answers = [
        await world.send(as.user("bob"), decide),
        await world.send(as.secretKey, decide),
        await world.send(as.operator, decide),
        await world.send(as.operator, decide),
      ];
      const statuses = answers.map(({ status }) => status).join(" ");
      if (statuses !== "404 403 200 409") throw new Error(`${statuses} ${answers.map(({ text }) => text).join()}`);
      const sent = { name: "contract.sent", key: run, payload: { how: "by mail" } };
      await world.must(as.secretKey, post("/api/events", sent));
      await untilFlowEnded(world, `/api/flow-runs/${run}`);
      const { json, text } = await world.send(as.secretKey, get(`/api/flow-runs/${run}`));
      if ((json as { data: { result: unknown } }).data.result !== "approved and by mail") throw new Error(text);
    },
  },
];
