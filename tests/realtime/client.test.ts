import { afterAll, beforeAll, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createClient } from "../../packages/client/src/index.ts";
import { openLab } from "../matrix/lab.ts";
import { clientScenario } from "./client-scenario.ts";
import { type Account, type Server, startServer, until } from "./support.ts";

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
  const subscription = createClient({ url: server.url, key, fetch: proxied }).subscribe("notes", {}, ({ event }) => {
    seen.push(event);
  });
  await until(() => seen.includes("ready"), "ready by polling", 20_000);
  await server.ask("POST", "/api/items/notes", { text: "polled" });
  await until(() => seen.includes("enter"), "an event by polling");
  subscription.close();
  expect(seen).toEqual(["ready", "enter"]);
  expect(streams).toBe(1);
}, 40_000);
