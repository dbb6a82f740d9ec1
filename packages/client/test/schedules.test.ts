import { expect, test } from "bun:test";
import { createClient } from "../src/index.ts";
import { schedules as schedulesOf } from "../src/schedules/index.ts";

test("schedules are asked for at their addresses, and writes have a key of their own", async () => {
  const sent: [method: string, path: string, body: unknown, hasKey: boolean][] = [];
  const fetch = (async (url: URL, { method, body, headers }: RequestInit) => {
    const text = body === undefined ? undefined : JSON.parse(String(body));
    sent.push([method!, `${url.pathname}${url.search}`, text, new Headers(headers).has("idempotency-key")]);
    return Response.json({
      data: { id: "s", times: ["2026-03-29T01:00:00.000Z"] },
      has_more: false,
      next_cursor: null,
    });
  }) as unknown as typeof globalThis.fetch;
  const schedules = schedulesOf(createClient({ url: "https://api.example.com", key: "sk_live_x", fetch }));
  const when = { type: "cron", schedule: "@daily" } as const;
  const schedule = { name: "s", when, job: { name: "report" } };
  await schedules.list({ limit: 5 });
  await schedules.get("a b");
  await schedules.create(schedule);
  await schedules.update("s", { name: "t" });
  await schedules.pause("s");
  await schedules.resume("s");
  await schedules.run("s");
  expect(await schedules.preview(when, new Date("2026-03-28T00:00:00Z"))).toEqual([new Date("2026-03-29T01:00:00Z")]);
  await schedules.delete("s");
  expect(sent).toEqual([
    ["GET", "/api/schedules?limit=5", undefined, false],
    ["GET", "/api/schedules/a%20b", undefined, false],
    ["POST", "/api/schedules", schedule, true],
    ["PATCH", "/api/schedules/s", { name: "t" }, true],
    ["PATCH", "/api/schedules/s", { enabled: false }, true],
    ["PATCH", "/api/schedules/s", { enabled: true }, true],
    ["POST", "/api/schedules/s/run", undefined, true],
    ["POST", "/api/schedule-preview", { when, after: "2026-03-28T00:00:00.000Z" }, false],
    ["DELETE", "/api/schedules/s", undefined, true],
  ]);
  await expect(schedules.list({ limt: 5 } as never)).rejects.toThrow("limt");
});
