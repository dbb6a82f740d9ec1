import { expect, test } from "bun:test";
import { createClient } from "../src/index.ts";

test("a function is called with JSON, by its name and path", async () => {
  const asked: [string, string, string][] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    asked.push([init?.method ?? "GET", String(url), String(init?.body ?? "")]);
    return Response.json({ data: 13 });
  };
  const client = createClient({
    url: "https://api.example.com",
    key: "sk_live_x",
    fetch: fetch as typeof globalThis.fetch,
  });
  expect(await client.functions.call<number>("total", { order: "7" })).toBe(13);
  await client.functions.request("re/port", { method: "GET", path: "2026/ä", query: { format: "csv" } });
  expect(asked).toEqual([
    ["POST", "https://api.example.com/api/functions/total", '{"order":"7"}'],
    ["GET", "https://api.example.com/api/functions/re%2Fport/2026/%C3%A4?format=csv", ""],
  ]);
});
