import type { FillSample } from "../../app/sample-data.ts";

const NODES = [
  { id: "total", type: "set", title: "What it costs", value: "{{ input.price * input.count }}" },
  {
    id: "large",
    type: "condition",
    if: "steps.total > 100.0",
    do: [{ id: "ask", type: "wait", seconds: 0 }],
    else: [{ id: "small", type: "set", value: "at once" }],
  },
  {
    id: "lines",
    type: "loop",
    in: "input.lines",
    as: "line",
    do: [{ id: "check", type: "set", value: "{{ line }}" }],
  },
  { id: "end", type: "fail", message: "The shop is closed" },
];

/** A flow with two versions, a secret, and a run that has failed. */
export const fillSample: FillSample = async (api) => {
  const path = "/flows/order";
  await api(path, { nodes: NODES.slice(0, 2) }, "PUT");
  await api(
    path,
    {
      description: "What happens to an order",
      triggers: [
        { type: "manual" },
        { type: "cron", schedule: "0 7 * * mon-fri", zone: "Europe/Berlin" },
        { type: "webhook", verify: { scheme: "standard", secret: "SIGN_KEY" } },
      ],
      permissions: { as: "system", actions: ["read"], collections: ["books"] },
      nodes: NODES,
    },
    "PUT",
  );
  await api(`${path}/secrets/SIGN_KEY`, { value: "whsec_c2FtcGxl" }, "PUT");
  const { data: run } = await api(`${path}/run`, { input: { price: 40, count: 3, lines: ["a", "b"] } });
  for (let state = ""; state !== "dead" && state !== "succeeded"; ) {
    const { data } = await api<{ data: { state: string } }>(`/flow-runs/${run.id}`);
    state = data.state;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { flow: "order", flow_run: run.id };
};
