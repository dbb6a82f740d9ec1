/** What a function must not do to others: to its caller, to other functions, to proxies and to the servers that it asks. */
import { expect, test } from "bun:test";
import type { PublicFetch } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const asked: { url: string; method: string | undefined; headers: Record<string, string>; body: unknown }[] = [];
const waits = Promise.withResolvers<void>();
const LEADS: Readonly<Record<string, readonly [status: number, location: string]>> = {
  "/same": [307, "/end"],
  "/other": [307, "https://cdn.example.com/end"],
  "/get": [303, "/end"],
  "/nowhere": [302, "https://:0"],
};
const publicFetch: PublicFetch = async (url, { method, headers, body, signal }) => {
  asked.push({ url: url.href, method, headers: { ...headers }, body });
  if (url.pathname === "/waits") {
    waits.resolve();
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
  }
  const [status, location] = LEADS[url.pathname] ?? [200, ""];
  const stream = new Blob(["{}"]).stream() as ReadableStream<Uint8Array>;
  return { status, headers: new Headers(location === "" ? {} : { location }), body: stream };
};

const app = testApp({ signUp: "open" }, { publicFetch });
await app.app.ready();
const boss = bearer(await app.signUp("boss@example.com"));
const deployed = async (name: string, source: string, more: object = {}) => {
  const answer = await app.send(`/api/deployments/${name}`, { source, http: { auth: "public" }, ...more }, boss, "PUT");
  expect([answer.status, answer.ok ? "" : await answer.text()]).toEqual([200, ""]);
};
const call = (name: string, body: unknown = {}) => app.send(`/api/functions/${name}`, body);
const runsOf = async (name: string) => {
  const answer = await app.call(`/api/deployments/${name}/runs`, { headers: boss });
  return ((await answer.json()) as { data: { status: string; error: { kind: string; message: string } }[] }).data;
};

test("credentials do not follow a redirect to another origin", async () => {
  const source = `export default async ({ request }) => {
    const headers = { authorization: "Bearer key", "x-api-key": "key", cookie: "a=b", accept: "text/csv", "content-type": "text/x" };
    return fetch(await request.json(), { method: "POST", headers, body: "b" }).then(({ status }) => status, ({ message }) => message);
  };`;
  await deployed("asks", source, { permissions: { fetch: ["api.example.com", "*.example.com"] } });
  const ask = async (path: string) =>
    ((await (await call("asks", `https://api.example.com${path}`)).json()) as { data: unknown }).data;
  const own = { authorization: "Bearer key", "x-api-key": "key", cookie: "a=b", accept: "text/csv" };
  expect(await ask("/same")).toBe(200);
  expect(asked.at(-1)).toMatchObject({ method: "POST", headers: { ...own, "content-type": "text/x" }, body: "b" });
  expect(await ask("/other")).toBe(200);
  expect(asked.at(-1)).toEqual({
    url: "https://cdn.example.com/end",
    method: "POST",
    headers: { accept: "text/csv", "content-type": "text/x" },
    body: "b",
  });
  expect(await ask("/get")).toBe(200);
  expect(asked.at(-1)).toEqual({
    url: "https://api.example.com/end",
    method: "GET",
    headers: own,
    body: undefined,
  });
  expect(await ask("/nowhere")).toContain("redirects to what is no address");
});

test("a function gives no orders to the proxy in front of the server, nor to browsers", async () => {
  const refused = [
    "x-accel-redirect",
    "X-Sendfile",
    "x-lighttpd-send-file",
    "x-frame-options",
    "x-plinth-run",
    "x-a b",
  ];
  const source = `export default async ({ request }) => {
    const answer = new Response("a");
    answer.headers = [...(await request.json()).map((name) => [name, "/internal"]), ["X-Own", "1"]];
    return answer;
  };`;
  await deployed("orders", source);
  const { headers } = await call("orders", refused);
  expect(headers.get("x-own")).toBe("1");
  for (const name of refused.slice(0, 5)) expect(headers.get(name)).not.toBe("/internal");
});

test("a value that cannot be answered is a failure of the run", async () => {
  await deployed("map", "export default () => new Map()");
  await deployed("header", `export default () => new Response("a", { headers: { "x-a": "✓" } })`);
  await deployed("forged", `export default () => Object.assign(new Response("a"), { headers: [["x-a", "✓"]] })`);
  const messages = { map: "result", header: "x-a", forged: "headers.x-a" };
  for (const [name, message] of Object.entries(messages)) {
    expect([name, ...(await refusalIn(await call(name)))]).toEqual([name, 500, "FUNCTION_FAILED"]);
    const [run] = await runsOf(name);
    expect(run).toMatchObject({ status: "failed", error: { kind: "error", name: "TypeError" } });
    expect(run!.error.message).toContain(message);
  }
});

test("a run ends when its caller has gone", async () => {
  await deployed("slow", `export default () => fetch("https://api.example.com/waits")`, {
    permissions: { fetch: ["api.example.com"] },
    limits: { wall_ms: 30_000 },
  });
  const caller = new AbortController();
  const answer = app.call("/api/functions/slow", { method: "POST", body: "{}", signal: caller.signal });
  await waits.promise;
  caller.abort();
  expect((await answer).status).toBe(500);
  expect(await runsOf("slow")).toMatchObject([{ status: "failed", error: { kind: "aborted" } }]);
});
