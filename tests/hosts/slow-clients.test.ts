/** Clients that hold a connection by sending next to nothing. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { openKey, send } from "../bank/open-key.ts";
import { startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: false });
const LIMIT_MS = 2000;

beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

for (const { name, command } of servers(lab)) {
  if (!command) {
    test.skip(`slow clients on ${name} — its package is not installed`, () => {});
    continue;
  }
  test(`a body that sends a byte now and then ends after the time limit, on ${name}`, async () => {
    const env = { BODY_TIMEOUT_MS: String(LIMIT_MS) };
    const host = await startHost({ command, env, cwd: lab.folder() });
    const headers = await openKey({ url: host.baseUrl, setupToken: await host.setupToken() });
    const definition = { slug: "notes", fields: [{ name: "title", type: "text" }] };
    await send(`${host.baseUrl}/api/collections`, definition, headers);
    const key = `x-api-key: ${headers["x-api-key"]}`;
    const cases = {
      announced: ["/api/items/notes", "content-type: application/json", "content-length: 1000"],
      chunked: ["/api/items/notes", "content-type: application/json", "transfer-encoding: chunked"],
      import: ["/api/items/notes/import", "content-type: application/x-ndjson", "content-length: 100000"],
    };
    // Deno answers, but offers no way to end a connection whose client goes on sending.
    const until = name === "deno" ? "answer" : "close";
    const drips = Object.entries(cases).map(async ([kind, [path, ...rest]]) => {
      const head = [`POST ${path} HTTP/1.1`, "host: 127.0.0.1", key, ...rest, "", ""].join("\r\n");
      const piece = kind === "chunked" ? "1\r\n \r\n" : " ";
      return [kind, await drip(host.baseUrl, head, piece, until)];
    });
    for (const [kind, text] of await Promise.all(drips)) {
      expect([kind, text]).toEqual([kind, expect.stringContaining("REQUEST_TIMEOUT")]);
    }
    await host.stop();
  });
}

/** Sends the head, and then a piece every 200 ms until the server answers, or ends the connection. */
function drip(baseUrl: string, head: string, piece: string, until: "answer" | "close"): Promise<string> {
  const socket = connect(Number(new URL(baseUrl).port), "127.0.0.1");
  let text = "";
  socket.write(head);
  const timer = setInterval(() => socket.write(piece), 200);
  return new Promise((resolve) => {
    socket.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      if (until === "answer" && text.includes("REQUEST_TIMEOUT")) socket.destroy();
    });
    socket.on("error", () => {});
    socket.once("close", () => {
      clearInterval(timer);
      resolve(text);
    });
  });
}
