import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { untilFlowEnded } from "../../fixtures/flow-runs.ts";
import { aUuid } from "../../match.ts";
import { dataOf, get, ok, post, put, refused, type Scenario, type Seen } from "../../scenario.ts";

const needs = [
  collection({
    slug: "flow_stock",
    fields: [
      { name: "name", type: "text", unique: true },
      { name: "left", type: "integer" },
    ],
  }),
];

const flow: JsonObject = {
  permissions: { as: "system", actions: ["read", "create", "update"], collections: ["flow_stock"] },
  nodes: [
    {
      ...{ id: "each", type: "loop", in: "input.lines", as: "line", at_once: 2, result: "steps.made.id" },
      do: [
        {
          ...{ id: "made", type: "item", action: "create", collection: "flow_stock" },
          data: { name: "{{ line.name }}", left: "{{ line.left * 2 }}" },
        },
      ],
    },
    {
      ...{ id: "sold", type: "item", action: "batch" },
      operations: [
        { op: "update", collection: "flow_stock", id: "{{ steps.each.results[0] }}", data: { left: { $inc: -1 } } },
      ],
    },
    { id: "pause", type: "wait", seconds: 0 },
    {
      ...{ id: "some", type: "condition", if: "steps.sold[0].left > 4" },
      do: [{ id: "word", type: "set", value: "some are left of {{ input.lines[0].name }}" }],
    },
  ],
};

const RUN = post("/api/flows/contract/run", {
  input: {
    lines: [
      { name: "apple", left: 3 },
      { name: "pear", left: 1 },
    ],
  },
});

const firstRun = ({ replies }: Seen, more = ""): string => `/api/flow-runs/${dataOf(replies[1], "id")}${more}`;

export const scenarios: Scenario[] = [
  {
    name: "flows: one that loops, writes, waits and decides, by administrators of the workspace alone",
    as: as.secretKey,
    needs,
    request: put("/api/flows/contract", flow),
    expect: ok({ data: { name: "contract", version: 1, enabled: true } }),
    then: [
      { request: RUN, expect: { status: 201, body: { data: { id: aUuid, flow: "contract" } } } },
      { as: as.otherSecretKey, request: (seen) => get(firstRun(seen)), expect: refused(404, "NOT_FOUND") },
      { as: as.user("bob"), request: (seen) => get(firstRun(seen)), expect: refused(403, "FORBIDDEN") },
      { as: as.anonymous, request: RUN, expect: refused(401, "UNAUTHORIZED") },
      { as: as.anonymous, request: post("/api/flows/contract/message", {}), expect: refused(401, "UNAUTHORIZED") },
      {
        request: put("/api/flows/contract", { ...flow, permissions: {} }),
        expect: refused(422, "VALIDATION", "nodes.0.do.0.action"),
      },
      // Set, and then set again.
      ...["first", "second"].map((value) => ({
        request: put("/api/flows/contract/secrets/KEY", { value }),
        expect: { status: 200, excludes: [value] },
      })),
    ],
    async verify(_, world, seen) {
      const path = firstRun(seen);
      await untilFlowEnded(world, path);
      const { json } = await world.send(as.secretKey, get(path));
      const { result } = (json as { data: { result: unknown } }).data;
      if (result !== "some are left of apple") throw new Error(JSON.stringify(json));
      const steps = await world.send(as.secretKey, get(`${path}/steps`));
      const paths = (steps.json as { data: { path: string }[] }).data.map((step) => step.path).sort();
      const wanted = ["each", "each.0.made", "each.1.made", "pause", "sold", "some", "word"];
      if (JSON.stringify(paths) !== JSON.stringify(wanted)) throw new Error(steps.text);
    },
  },
];
