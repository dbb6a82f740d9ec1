/** Where the messages of webhooks go, and where they do not. */
import { afterAll, expect, test } from "bun:test";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { nodePublicFetch } from "../../platform/public-fetch.ts";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";
import { mailer } from "../../testing/senders.ts";

const received: { method: string | undefined; headers: object; body: string }[] = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  received.push({ method: request.method, headers: request.headers, body });
  response.writeHead(request.url === "/gone" ? 410 : 202).end("thanks");
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.9", resolve));
afterAll(() => server.closeAllConnections());
const { port } = server.address() as AddressInfo;

test("a message is posted to the address that was checked, with its length", async () => {
  const send = nodePublicFetch(
    async () => [{ address: "127.0.0.9", family: 4 }],
    () => false,
  );
  const headers = { "content-type": "application/json", "webhook-id": "msg_1" };
  const signal = AbortSignal.timeout(60_000);
  const body = '{"name":"Zoë"}';
  const answer = await send(new URL(`http://a.example.com:${port}`), { signal, method: "POST", headers, body });
  expect([answer.status, await new Response(answer.body).text()]).toEqual([202, "thanks"]);
  expect(received).toMatchObject([{ method: "POST", body, headers: { ...headers, "content-length": "15" } }]);
});

test("no message leaves for a private network, whatever its name resolves to", async () => {
  const publicFetch = nodePublicFetch(async () => [{ address: "10.0.0.1", family: 4 }]);
  const world = testApp({ privateAddresses: new Set(["127.0.0.9:1"]) }, { publicFetch });
  const operator = bearer(await world.signUp("operator@example.com"));
  const make = (more: object) =>
    world.send("/api/webhooks", { name: "w", url: "https://hooks.example.com", events: ["*.*"], ...more }, operator);
  for (const url of [
    "http://hooks.example.com",
    "https://10.0.0.1",
    "https://169.254.169.254",
    "https://[::1]",
    "file:///x",
  ]) {
    expect([url, ...(await refusalIn(await make({ url })))]).toEqual([url, 422, "VALIDATION", "url"]);
  }
  expect(await refusalIn(await make({ headers: { "webhook-id": "x" } }))).toEqual([
    422,
    "VALIDATION",
    "headers.webhook-id",
  ]);
  expect(await refusalIn(await make({ events: ["posts"] }))).toEqual([422, "VALIDATION", "events.0"]);
  const { id } = ((await (await make({})).json()) as { data: { id: string } }).data;
  const tried = await world.send(`/api/webhooks/${id}/test`, undefined, operator);
  const { data } = (await tried.json()) as { data: object };
  expect(data).toMatchObject({ state: "failed", status: null, error: expect.stringContaining("address") });
});

test("whoever administers the workspace gets a mail when a webhook is disabled", async () => {
  const world = testApp({ privateAddresses: true }, { mailer });
  const operator = bearer(await world.signUp("operator@example.com"));
  const make = async (path: string, body: object) =>
    ((await (await world.send(path, body, operator)).json()) as { data: { id: string } }).data;
  await make("/api/collections", { slug: "posts", fields: [{ name: "title", type: "text" }] });
  const url = `http://127.0.0.9:${port}/gone`;
  const { id } = await make("/api/webhooks", { name: "Search", url, events: ["posts.*"] });
  await make("/api/items/posts", { title: "a" });
  await world.app.tick();
  await world.app.tick();
  const answer = await world.call(`/api/webhooks/${id}`, { headers: operator });
  expect(((await answer.json()) as { data: object }).data).toMatchObject({
    enabled: false,
    disabled_reason: expect.stringContaining("410"),
  });
  const outbox = await world.call("/api/mail/outbox", { headers: operator });
  const { data } = (await outbox.json()) as { data: { template: string }[] };
  expect(data.filter(({ template }) => template === "webhook_disabled")).toMatchObject([
    { to: "operator@example.com" },
  ]);
});
