import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { ticksUntil, untilFlowEnded } from "../../fixtures/flow-runs.ts";
import { get, ok, post, put, refused, type Scenario } from "../../scenario.ts";

const flow: JsonObject = {
  nodes: [
    {
      ...{ id: "ok", type: "approval", question: "Ship {{ input.total }}?", from: { members: ["owner"] } },
      details: { total: "{{ input.total }}" },
    },
    { id: "end", type: "set", value: "{{ steps.ok.outcome }}" },
  ],
};

interface Asked {
  readonly id: string;
  readonly run: string;
  readonly state: string;
}

const pending = (of: string) => get(`/api/approvals?state=pending&flow=waits&of=${of}`);

export const scenarios: Scenario[] = [
  {
    name: "flows: an approval waits for those whom it names, and is decided once",
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
      { request: post("/api/flows/waits/run", { input: { total: 7 } }), expect: { status: 201 } },
    ],
    async verify(_, world) {
      const first = async (): Promise<Asked | undefined> => {
        const { json } = await world.send(as.operator, pending("me"));
        return (json as unknown as { data: Asked[] }).data[0];
      };
      const { id, run } = await ticksUntil(world, first);
      const decide = post(`/api/approvals/${id}/decide`, { decision: "approve", comment: "fine" });
      const answers = [
        await world.send(as.user("bob"), decide),
        await world.send(as.secretKey, decide),
        await world.send(as.operator, decide),
        await world.send(as.operator, decide),
      ];
      const statuses = answers.map(({ status }) => status).join(" ");
      if (statuses !== "404 403 200 409") throw new Error(`${statuses} ${answers.map(({ text }) => text).join()}`);
      await untilFlowEnded(world, `/api/flow-runs/${run}`);
      const { json, text } = await world.send(as.secretKey, get(`/api/flow-runs/${run}`));
      if ((json as { data: { result: unknown } }).data.result !== "approved") throw new Error(text);
    },
  },
];
