/** Bytes that a function sends to other servers, over real connections and by the port that checks addresses. */
import { afterAll, expect, test } from "bun:test";
import type { PublicFetch } from "@plinth/core";
import { nodePublicFetch } from "../../platform/public-fetch.ts";
import { bearer, testApp } from "../../testing/app.ts";

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/moved") return new Response(null, { status: 307, headers: { location: "/" } });
    return new Response(await request.bytes(), {
      headers: { "x-length": request.headers.get("content-length") ?? "" },
    });
  },
});
afterAll(() => server.stop(true));
const host = `127.0.0.1:${server.port}`;

const SOURCE = `export default async ({ request }) => {
  const { url, body } = await request.json();
  const sent = body === "stream" ? ReadableStream.from([new Uint8Array([0, 255]), "ä"]) : body === "large" ? new Uint8Array(1100000) : new Uint8Array([0, 255, 254, 13, 10]);
  return fetch(url, { method: "POST", body: sent }).then(async (answer) => [[...await answer.bytes()], answer.headers.get("x-length")], ({ message }) => message);
};`;

async function open(publicFetch?: PublicFetch) {
  const settings = { signUp: "open", ...(!publicFetch && { privateAddresses: true }) } as const;
  const app = testApp(settings, publicFetch ? { publicFetch } : {});
  await app.app.ready();
  const boss = bearer(await app.signUp("boss@example.com"));
  const deployment = { source: SOURCE, permissions: { fetch: [host, "api.example.com"] }, http: { auth: "public" } };
  const deployed = await app.send("/api/deployments/sends", deployment, boss, "PUT");
  expect([deployed.status, deployed.ok ? "" : await deployed.text()]).toEqual([200, ""]);
  return async (url: string, body = "bytes") => {
    const answer = await app.send("/api/functions/sends", { url, body });
    return ((await answer.json()) as { data: unknown }).data;
  };
}

test("bytes arrive as they are, also after a redirect that asks for them again", async () => {
  const send = await open();
  for (const path of ["", "moved"]) {
    expect(await send(`http://${host}/${path}`)).toEqual([[0, 255, 254, 13, 10], "5"]);
    expect(await send(`http://${host}/${path}`, "stream")).toEqual([[0, 255, 195, 164], "4"]);
  }
  expect(await send(`http://${host}/`, "large")).toContain("bytes");
});

test("they arrive by the client that checks what a name resolves to", async () => {
  const local = nodePublicFetch(
    async () => [{ address: "127.0.0.1", family: 4 }],
    () => false,
  );
  // The port of https: the test's server has no certificate.
  const send = await open((url, request) =>
    local(new URL(url.pathname, `http://api.example.com:${server.port}`), request),
  );
  expect(await send("https://api.example.com/")).toEqual([[0, 255, 254, 13, 10], "5"]);
});
