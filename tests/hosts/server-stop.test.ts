import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import type { Running } from "../matrix/target.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: false });

beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

/** A little less than a stopping server waits for requests in flight. */
const PATIENCE_MS = 9000;
const ATTEMPTS = 5;
/** For so long a stopping server asks clients to close their connections, before it closes them itself. */
const FAREWELL_MS = 500;

const body = JSON.stringify({ email: "nobody@example.com", password: "not a password" });
const head = [
  "POST /api/auth/sign-in/email HTTP/1.1",
  "host: 127.0.0.1",
  "content-type: application/json",
  `content-length: ${body.length}`,
  "connection: close",
  "",
  "",
].join("\r\n");

for (const { name, command } of servers(lab)) {
  if (!command) {
    test.skip(`${name} — its package is not installed`, () => {});
    continue;
  }
  describe(name, () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      test.concurrent(`${signal} lets the request in flight end, takes no new one, and exits 0`, async () => {
        for (let attempt = 1; ; attempt++) {
          const host = await startHost({ command, env: {}, cwd: lab.folder() });
          const idle = await open(host.baseUrl);
          const socket = await open(host.baseUrl);
          const answer = read(socket);
          // A request is in flight as long as its body has not arrived.
          socket.write(head + body.slice(0, 10));
          await arrived(host);
          process.kill(host.pid, signal);
          while ((await statusOf(host)) === 200) await Bun.sleep(20);
          expect(await statusOf(host)).toBeOneOf(["refused", 503]);
          socket.write(body.slice(10));
          expect(await answer).toStartWith("HTTP/1.1 401");
          const began = performance.now();
          expect(await host.exited).toBe(0);
          const took = performance.now() - began;
          idle.destroy();
          // An idle connection does not hold the process up. A machine with much else to do may, but not each time.
          if (took < PATIENCE_MS) return;
          expect(attempt).toBeLessThan(ATTEMPTS);
        }
      });
    }

    test.concurrent("clients that keep their connections busy are asked to close them, and none is reset", async () => {
      for (;;) {
        const host = await startHost({ command, env: {}, cwd: lab.folder() });
        const clients = Array.from({ length: 10 }, () => keepAsking(host.baseUrl));
        await Promise.all(clients.map(({ answered }) => answered));
        process.kill(host.pid, "SIGTERM");
        while ((await statusOf(host)) === 200) await Bun.sleep(20);
        const ends = await Promise.all(clients.map(({ ended }) => ended));
        expect(await host.exited).toBe(0);
        // On a machine with too much to do, a client may have paused for so long that its connection was none in use.
        const busy = ends.filter(({ pause }) => pause < FAREWELL_MS / 2);
        expect(busy.map(({ how }) => how)).toEqual(busy.map(() => "connection: close"));
        if (busy.length > 0) return;
      }
    });

    test.concurrent("requests that came while the whole machine stood still are answered, and none is reset", async () => {
      for (;;) {
        const host = await startHost({ command, env: {}, cwd: lab.folder() });
        const sockets = await Promise.all(Array.from({ length: 5 }, () => open(host.baseUrl)));
        const first = sockets.map((socket) => answered(socket));
        for (const socket of sockets) socket.write(ASK);
        await Promise.all(first);
        const begun = performance.now();
        process.kill(host.pid, "SIGTERM");
        while (!(await saysClose(host))) await Bun.sleep(5);
        process.kill(host.pid, "SIGSTOP");
        const inTime = performance.now() - begun < FAREWELL_MS / 2;
        const answers = sockets.map((socket) => answered(socket));
        for (const socket of sockets) socket.write(ASK);
        await Bun.sleep(FAREWELL_MS + 200);
        process.kill(host.pid, "SIGCONT");
        const texts = await Promise.all(answers);
        for (const socket of sockets) socket.destroy();
        expect(await host.exited).toBe(0);
        // Else the server may have closed these connections, which nobody used.
        if (!inTime) continue;
        for (const text of texts) expect(text).toMatch(/^connection: close/im);
        return;
      }
    });

    test.concurrent("a request that never ends is cut off in the end", async () => {
      const host = await startHost({ command, env: {}, cwd: lab.folder() });
      const socket = await open(host.baseUrl);
      socket.on("error", () => {});
      socket.write(head + body.slice(0, 10));
      await arrived(host);
      const began = performance.now();
      process.kill(host.pid, "SIGTERM");
      expect(await host.exited).toBe(0);
      expect(performance.now() - began).toBeGreaterThan(PATIENCE_MS);
      socket.destroy();
    });
  });
}

const ASK = "GET /health/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";

interface End {
  readonly how: string;
  /** The longest time between an answer and the next request. */
  readonly pause: number;
}

/** Sends one request after another on one connection: when the first was answered, and what ended the connection. */
function keepAsking(baseUrl: string): { answered: Promise<void>; ended: Promise<End> } {
  const answered = Promise.withResolvers<void>();
  return { answered: answered.promise, ended: askUntilClosed(baseUrl, answered.resolve) };
}

async function askUntilClosed(baseUrl: string, onAnswer: () => void): Promise<End> {
  const socket = await open(baseUrl);
  let pause = 0;
  let wake = (): void => {};
  let text = "";
  let end: string | undefined;
  socket.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    wake();
  });
  socket
    .on("error", (error) => (end ??= String(error)))
    .on("close", () => {
      end ??= "closed without a word";
      wake();
    });
  for (;;) {
    text = "";
    socket.write(ASK);
    while (!text.includes('{"ok":true}') && end === undefined) await new Promise<void>((resolve) => (wake = resolve));
    onAnswer();
    if (end !== undefined) return { how: end, pause };
    if (/^connection: close/im.test(text)) {
      socket.destroy();
      return { how: "connection: close", pause };
    }
    const answered = performance.now();
    await Bun.sleep(20);
    pause = Math.max(pause, performance.now() - answered);
  }
}

/** What comes until the end of an answer, or of the connection. */
function answered(socket: Socket): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    const done = (): void => resolve(text);
    socket.on("data", (chunk) => {
      text += String(chunk);
      if (text.includes('{"ok":true}')) done();
    });
    socket.once("close", done).once("error", done);
  });
}

const saysClose = async (host: Running): Promise<boolean> => {
  const socket = await open(host.baseUrl);
  const answer = answered(socket);
  socket.write(ASK);
  const text = await answer;
  socket.destroy();
  return /^connection: close/im.test(text);
};

/** Answers to later requests tell that the server has read what was sent before. */
async function arrived(host: Running): Promise<void> {
  for (let i = 0; i < 5; i++) expect(await statusOf(host)).toBe(200);
}

function statusOf(host: Running): Promise<number | string> {
  return host.fetch(new Request(`${host.baseUrl}/health`)).then(
    (response) => response.status,
    () => "refused",
  );
}

function open(baseUrl: string): Promise<Socket> {
  const socket = connect(Number(new URL(baseUrl).port), "127.0.0.1");
  return new Promise((resolve, reject) => socket.once("connect", () => resolve(socket)).once("error", reject));
}

function read(socket: Socket): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    socket.setEncoding("utf8").on("data", (chunk) => (text += chunk));
    socket.once("close", () => resolve(text)).once("error", reject);
  });
}
