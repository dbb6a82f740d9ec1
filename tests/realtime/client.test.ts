import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { until } from "@plinth/core/testing";
import { createClient } from "../../packages/client/src/index.ts";
import { openLab } from "../matrix/lab.ts";
import { clientScenario } from "./client-scenario.ts";
import { type Account, type Server, startServer } from "./support.ts";

const lab = await openLab({ postgres: false });
let server: Server & { account: Account };

beforeAll(async () => {
  server = await startServer(lab);
  const fields = [
    { name: "text", type: "text" },
    { name: "rank", type: "integer" },
  ];
  await server.ask("POST", "/api/collections", { slug: "notes", fields });
});

afterAll(async () => {
  await server.stop();
  await lab.close();
});

const SCENARIO = join(import.meta.dirname, "client-scenario.ts");

for (const transport of ["sse", "websocket"] as const) {
  test(`the client on Bun, by ${transport}`, async () => {
    expect(await clientScenario(server.url, server.account.secretKey, transport)).toBe("ok");
  });
}

const others: [string, string[] | undefined][] = [
  ["Node 24", lab.node ? [lab.node, SCENARIO] : undefined],
  ["Deno", lab.deno ? [lab.deno, "run", "-A", "--no-prompt", "--unstable-sloppy-imports", SCENARIO] : undefined],
];
for (const [name, command] of others) {
  test.skipIf(!command).each(["sse", "websocket"])(
    `the client on ${name}, by %s${command ? "" : " — not installed"}`,
    async (transport) => {
      const settings = { PLINTH_URL: server.url, PLINTH_KEY: server.account.secretKey, PLINTH_TRANSPORT: transport };
      const child = spawn(command![0]!, command!.slice(1), { env: { ...process.env, ...settings } });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text) => (output += text));
      const code = await new Promise((resolve) => child.once("close", resolve));
      expect({ code, output: output.trim() }).toEqual({ code: 0, output: "ok" });
    },
  );
}

for (const transport of ["sse", "websocket"] as const) {
  test(`what the server refuses is said on the console where nobody asked for it, by ${transport}`, async () => {
    const { url, account } = server;
    const said = spyOn(console, "error").mockImplementation(() => {});
    try {
      const client = createClient({ url, key: account.secretKey, transport });
      const all = [
        createClient({ url, key: "nope", transport })
          .from("notes")
          .subscribe({}, () => {}),
        client.from("nope").subscribe({}, () => {}),
        client.from("notes").live({ filter: { zz: 1 } }, () => {}),
      ];
      await until(() => all.every(({ state }) => state === "closed"), "the refusals");
      const lines = said.mock.calls.map(([line]) => String(line)).sort();
      expect(lines).toHaveLength(3);
      for (const code of ["INVALID_API_KEY", "COLLECTION_NOT_FOUND", "UNKNOWN_FIELD"])
        expect(lines.join()).toContain(code);
      expect(lines.join()).toContain("There is no collection nope.");
    } finally {
      said.mockRestore();
    }
  });
}

test("where streams do not come through, the client polls, and its user does not see the difference", async () => {
  const { key } = { key: server.account.secretKey };
  // What a buffering proxy does: nothing arrives before the end, and there is none.
  let streams = 0;
  const proxied: typeof fetch = Object.assign(
    async (input: string | URL | Request, init?: RequestInit) => {
      const url = new URL(String(input));
      if (url.searchParams.has("poll")) return fetch(url, init);
      streams++;
      const body = new ReadableStream({
        start(controller) {
          init?.signal?.addEventListener("abort", () => controller.error(new Error("aborted")));
        },
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
    { preconnect: fetch.preconnect },
  );
  const seen: string[] = [];
  const subscription = createClient({ url: server.url, key, fetch: proxied })
    .from("notes")
    .subscribe({}, ({ event }) => {
      seen.push(event);
    });
  await until(() => seen.includes("ready"), "ready by polling");
  await server.ask("POST", "/api/items/notes", { text: "polled" });
  await until(() => seen.includes("enter"), "an event by polling");
  subscription.close();
  expect(seen).toEqual(["ready", "enter"]);
  expect(streams).toBe(1);
});

test("where there are no sockets, the client follows by events, and its user does not see the difference", async () => {
  const { url, account } = server;
  let handshakes = 0;
  const requests: string[] = [];
  const without = Bun.serve({
    port: 0,
    fetch(request) {
      const { pathname, search } = new URL(request.url);
      requests.push(pathname);
      if (request.headers.has("upgrade")) handshakes++;
      if (pathname === "/api/realtime/socket") {
        const error = { code: "UNSUPPORTED_BY_HOST", message: "This host has no WebSockets." };
        return Response.json({ error }, { status: 501 });
      }
      return fetch(`${url}${pathname}${search}`, { method: request.method, headers: request.headers });
    },
  });
  const seen: string[] = [];
  const client = createClient({ url: without.url.href, key: account.secretKey, transport: "websocket" });
  const subscription = client.from("notes").subscribe({}, ({ event }) => void seen.push(event));
  await subscription.ready;
  await server.ask("POST", "/api/items/notes", { text: "by events" });
  await until(() => seen.includes("enter"), "an event");
  subscription.close();
  expect(seen).toEqual(["ready", "enter"]);
  expect(handshakes).toBe(1);
  expect(requests.at(-1)).toBe("/api/realtime/items/notes");
  await without.stop(true);
});

test("left to itself, the client opens four streams of their own, and one socket for all the others", async () => {
  let streams = 0;
  let sockets = 0;
  const counting: typeof fetch = Object.assign(
    (input: string | URL | Request, init?: RequestInit) => {
      if (String(input).includes("/items/")) streams++;
      return fetch(input, init);
    },
    { preconnect: fetch.preconnect },
  );
  class Counted extends WebSocket {
    constructor(address: string | URL) {
      super(address);
      sockets++;
    }
  }
  const { url, account } = server;
  const client = createClient({ url, key: account.secretKey, fetch: counting, WebSocket: Counted });
  let entered = 0;
  const all = Array.from({ length: 120 }, () =>
    client.from("notes").subscribe({}, ({ event }) => {
      if (event === "enter") entered++;
    }),
  );
  await Promise.all(all.map(({ ready }) => ready));
  await server.ask("POST", "/api/items/notes", { text: "to all" });
  await until(() => entered === 120, "an event for each");
  // A socket has room for a hundred.
  expect({ streams, sockets }).toEqual({ streams: 20, sockets: 1 });
  for (const { close } of all) close();
});
