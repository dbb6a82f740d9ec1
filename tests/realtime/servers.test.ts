import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { until } from "@plinth/core/testing";
import { createClient } from "../../packages/client/src/index.ts";
import { build, servers } from "../hosts/hosts.ts";
import { openLab } from "../matrix/lab.ts";
import { clientScenario } from "./client-scenario.ts";
import { stoppedReader } from "./stopped-reader.ts";
import { type Account, type Server, startServer } from "./support.ts";

/** Streams that last, on each server that has them. */

/** 30 MB: far beyond what kernels and servers hold for one reader, which is 4 to 7. */
const ROWS = 150;

const lab = await openLab({ postgres: false });
beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

for (const { name, command } of servers(lab)) {
  describe.skipIf(!command)(`${name}${command ? "" : " — its package is not installed"}`, () => {
    let server: Server & { account: Account };

    beforeAll(async () => {
      server = await startServer(lab, {}, lab.folder(), undefined, command);
      const fields = [
        { name: "text", type: "longtext" },
        { name: "rank", type: "integer" },
      ];
      await server.ask("POST", "/api/collections", { slug: "notes", fields });
    });
    afterAll(() => server?.stop());

    test.each(["sse", "websocket"] as const)("the client's scenario, by %s", async (transport) => {
      expect(await clientScenario(server.url, server.account.secretKey, transport)).toBe("ok");
    });

    test("a reader that does not read is cut off, and nothing is kept for it; when it resumes it has missed nothing", async () => {
      const { url, account } = server;
      const text = "x".repeat(200_000);
      const write = (rank: number) => server.ask("POST", "/api/items/notes", { text: `${rank} ${text}`, rank });
      const ask = `GET /api/realtime/items/notes HTTP/1.1\r\nhost: x\r\nx-api-key: ${account.secretKey}\r\n\r\n`;
      const reader = await stoppedReader(url, [ask], '"ready"');
      for (let rank = 0; rank < ROWS; rank++) await write(rank);
      reader.resume();
      await until(() => reader.hasEnded() || reader.received().includes("retry: "), "the reader is cut off");
      reader.kill();
      const received = reader.received();
      const ranks = ranksIn(received);
      // What the kernels hold; had the server kept more for it, it would have come now.
      expect(ranks.length).toBeLessThan(ROWS / 2);

      // The last event that was sent, and what comes after it.
      const position = [...received.matchAll(/^id: (\S+)\r?\ndata: \{.*?"position":"[^"]*"\}\r?$/gm)].at(-1)?.[1];
      const missed: number[] = [];
      let next = position ?? /^id: (\S+)/m.exec(received)![1]!;
      while (missed.length === 0 || missed.at(-1)! < ROWS - 1) {
        const answer = await server.ask("GET", `/api/realtime/items/notes?poll=1&after=${next}`, undefined, {
          key: account.secretKey,
        });
        missed.push(...answer.data.map((event: { data: { rank: number } }) => event.data.rank));
        next = answer.next;
      }
      expect(missed).toEqual(Array.from({ length: missed.length }, (_, i) => ROWS - missed.length + i));
      expect(missed[0]!).toBeLessThanOrEqual((ranks.at(-1) ?? -1) + 1);
    });

    test("so is a socket that is not read, with a wish to come back, or without a word", async () => {
      const { url, account } = server;
      const text = "x".repeat(200_000);
      const write = (rank: number) => server.ask("POST", "/api/items/notes", { text: `${rank} ${text}`, rank });
      const subscribe = textFrame('{"ref":"a","subscribe":"/api/realtime/items/notes"}');
      const reader = await stoppedReader(url, [handshake(account.secretKey), subscribe], '"ready"');
      for (let rank = 1000; rank < 1000 + ROWS; rank++) await write(rank);
      reader.resume();
      await until(() => reader.hasEnded() || reader.received().includes("too slow"), "the reader is cut off");
      reader.kill();
      const received = reader.received();
      const ranks = ranksIn(received);
      expect(ranks.length).toBeLessThan(ROWS / 2);

      const position = [...received.matchAll(/"ref":"a","id":"([^"]+)"/g)].at(-1)![1]!;
      const missed: number[] = [];
      const client = createClient({ url, key: account.secretKey, transport: "websocket" });
      const again = client.from("notes").subscribe({ after: position }, (event) => {
        if (event.event === "enter") missed.push(Number(event.data.rank));
      });
      await until(() => missed.at(-1) === 999 + ROWS, "what was missed");
      again.close();
      expect(missed).toEqual(Array.from({ length: missed.length }, (_, i) => 1000 + ROWS - missed.length + i));
      expect(missed[0]!).toBeLessThanOrEqual((ranks.at(-1) ?? 999) + 1);
    });

    test("sockets and streams that come at once get no more slots than there are", async () => {
      const other = await startServer(lab, { MAX_STREAMS: "3" }, lab.folder(), undefined, command);
      const { url, account } = other;
      const headers = { "x-api-key": account.secretKey };
      const stream = () => fetch(`${url}/api/realtime/collections`, { headers });
      // What is no handshake takes no place for good.
      for (let i = 0; i < 5; i++) expect(await askSocket(url, [])).not.toBe("answered");
      const answers = await Promise.all(Array.from({ length: 20 }, () => askSocket(url)));
      // Callers without credentials get half of the places.
      expect(answers.filter((answer) => answer === "answered")).toHaveLength(2);
      const refusals = answers.filter((answer) => answer !== "answered");
      // Deno opens a socket after its answer, and then ends those that are too many.
      const kinds = name === "deno" ? ["503 OVERLOADED", "closed 1013"] : ["503 OVERLOADED"];
      for (const refusal of refusals) expect(refusal).toBeOneOf(kinds);
      // They are still there: a key finds the place that is left, and nobody else gets in.
      const streams = await Promise.all(Array.from({ length: 20 }, stream));
      expect(streams.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(503)]);
      for (const socket of opened.splice(0)) socket.destroy();
      await until(async () => (await stream()).ok, "the place of a socket that has closed");
      await other.stop();
    });

    test("a server that stops asks its sockets to reconnect", async () => {
      const other = await startServer(lab, {}, lab.folder(), undefined, command);
      const { url, account } = other;
      const socket = new WebSocket(`${url.replace("http", "ws")}/api/realtime/socket`, {
        headers: { "x-api-key": account.secretKey },
      } as never);
      await new Promise((resolve) => {
        socket.onopen = () => socket.send('{"ref":"a","subscribe":"/api/realtime/collections"}');
        socket.onmessage = resolve;
      });
      const code = new Promise((resolve) => {
        socket.onclose = (event) => resolve(event.code);
      });
      await other.stop();
      expect(await code).toBe(1001);
    });
  });
}

const NONCE = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";

/** The request that opens a socket by hand: a real client would read for itself. */
function handshake(key: string): string {
  const upgrade = ["upgrade: websocket", "connection: Upgrade", "sec-websocket-version: 13"];
  const head = ["GET /api/realtime/socket HTTP/1.1", "host: x", `x-api-key: ${key}`, ...upgrade, NONCE];
  return `${head.join("\r\n")}\r\n\r\n`;
}

const opened: Socket[] = [];

/** What becomes of a socket that nobody's request opens: whether it answers a ping, or how it is refused. */
async function askSocket(url: string, nonce = [NONCE]): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  opened.push(socket);
  const upgrade = ["upgrade: websocket", "connection: Upgrade", "sec-websocket-version: 13"];
  const head = ["GET /api/realtime/socket HTTP/1.1", "host: x", ...upgrade, ...nonce];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  let text = "";
  let pinged = false;
  return new Promise((resolve) => {
    socket.setEncoding("latin1").on("data", (more) => {
      text += more;
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];
      if (status !== "101") {
        const code = /"code":"(\w+)"/.exec(text)?.[1];
        if (code) resolve(`${status} ${code}`);
      } else if (!pinged) {
        pinged = true;
        socket.write(textFrame('{"ping":true}'));
      }
      if (text.includes('{"pong":true}')) resolve("answered");
      // The close frame: two bytes of head, then 1013.
      if (text.includes("\x03\xf5OVERLOADED")) resolve("closed 1013");
    });
    socket.on("error", () => resolve("broken"));
    socket.on("close", () => resolve(`ended ${text.slice(0, 40)}`));
  });
}

/** A client's frame of less than 126 bytes, masked by zeros. */
function textFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

function ranksIn(text: string): number[] {
  return [...text.matchAll(/"text":"(\d+) x/g)].map((match) => Number(match[1]));
}
