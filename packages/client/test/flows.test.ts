import { expect, test } from "bun:test";
import { flows as flowsOf } from "../src/flows/index.ts";
import { createClient } from "../src/index.ts";

test("flows are asked for at their addresses, and writes have a key of their own", async () => {
  const sent: [method: string, path: string, body: unknown, hasKey: boolean][] = [];
  const fetch = (async (url: URL, { method, body, headers }: RequestInit) => {
    const text = body === undefined ? undefined : JSON.parse(String(body));
    sent.push([method!, `${url.pathname}${url.search}`, text, new Headers(headers).has("idempotency-key")]);
    return Response.json({ data: { id: "r" }, has_more: false, next_cursor: null });
  }) as unknown as typeof globalThis.fetch;
  const flows = flowsOf(createClient({ url: "https://api.example.com", key: "sk_live_x", fetch }));
  const flow = { nodes: [{ id: "a", type: "set", value: 1 }] };
  await flows.list();
  await flows.get("order");
  await flows.deploy("order", flow);
  await flows.rollback("order", 1);
  await flows.disable("order");
  await flows.setSecret("order", "PAY", "x");
  expect((await flows.run("order", { total: 1 })).id).toBe("r");
  await flows.runs({ flow: "order", state: "dead" });
  await flows.getRun("r");
  await flows.steps("r", { limit: 5 });
  await flows.cancel("r");
  await flows.retry("r", "pay");
  await flows.retry("r");
  await flows.delete("order");
  expect(sent).toEqual([
    ["GET", "/api/flows", undefined, false],
    ["GET", "/api/flows/order", undefined, false],
    ["PUT", "/api/flows/order", flow, true],
    ["POST", "/api/flows/order/rollback", { version: 1 }, true],
    ["PATCH", "/api/flows/order", { enabled: false }, true],
    ["PUT", "/api/flows/order/secrets/PAY", { value: "x" }, true],
    ["POST", "/api/flows/order/run", { input: { total: 1 } }, true],
    ["GET", "/api/flow-runs?flow=order&state=dead", undefined, false],
    ["GET", "/api/flow-runs/r", undefined, false],
    ["GET", "/api/flow-runs/r/steps?limit=5", undefined, false],
    ["POST", "/api/flow-runs/r/cancel", undefined, true],
    ["POST", "/api/flow-runs/r/retry", { from: "pay" }, true],
    ["POST", "/api/flow-runs/r/retry", {}, true],
    ["DELETE", "/api/flows/order", undefined, true],
  ]);
  await expect(flows.runs({ flw: "order" } as never)).rejects.toThrow("flw");
});
