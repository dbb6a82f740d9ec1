import { expect, test } from "bun:test";
import { createClient } from "../src/index.ts";
import { webhooks as webhooksOf } from "../src/webhooks/index.ts";

test("webhooks are asked for at their addresses, and writes have a key of their own", async () => {
  const sent: [method: string, path: string, body: unknown, hasKey: boolean][] = [];
  const fetch = (async (url: URL, { method, body, headers }: RequestInit) => {
    const text = body === undefined ? undefined : JSON.parse(String(body));
    sent.push([method!, `${url.pathname}${url.search}`, text, new Headers(headers).has("idempotency-key")]);
    return Response.json({ data: { id: "w", replayed: 3 }, has_more: false, next_cursor: null });
  }) as unknown as typeof globalThis.fetch;
  const webhooks = webhooksOf(createClient({ url: "https://api.example.com", key: "sk_live_x", fetch }));
  const webhook = { name: "w", url: "https://example.com", events: ["posts.*"] };
  await webhooks.list({ limit: 5 });
  await webhooks.get("a b");
  await webhooks.create(webhook);
  await webhooks.update("w", { enabled: true });
  await webhooks.rotate("w", { overlap_hours: 2 });
  await webhooks.preview({ events: ["posts.*"], template: { id: "{{ data.id }}" } });
  await webhooks.test("w");
  expect(await webhooks.replay("w", { since: "2026-11-30T00:00:00Z", states: ["failed"] })).toBe(3);
  await webhooks.deliveries("w", { state: "failed" });
  await webhooks.delivery("w", "d");
  await webhooks.delete("w");
  expect(sent).toEqual([
    ["GET", "/api/webhooks?limit=5", undefined, false],
    ["GET", "/api/webhooks/a%20b", undefined, false],
    ["POST", "/api/webhooks", webhook, true],
    ["PATCH", "/api/webhooks/w", { enabled: true }, true],
    ["POST", "/api/webhooks/w/rotate", { overlap_hours: 2 }, true],
    ["POST", "/api/webhooks/preview", { events: ["posts.*"], template: { id: "{{ data.id }}" } }, false],
    ["POST", "/api/webhooks/w/test", undefined, true],
    ["POST", "/api/webhooks/w/replay", { since: "2026-11-30T00:00:00Z", states: ["failed"] }, true],
    ["GET", "/api/webhooks/w/deliveries?state=failed", undefined, false],
    ["GET", "/api/webhooks/w/deliveries/d", undefined, false],
    ["DELETE", "/api/webhooks/w", undefined, true],
  ]);
  await expect(webhooks.deliveries("w", { stat: "failed" } as never)).rejects.toThrow("stat");
});
