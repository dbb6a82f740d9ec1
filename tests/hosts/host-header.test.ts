import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import { freePort } from "../support/free-port.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: false });

beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

/** What no client of the platform sends: the head of a request, byte by byte. */
function send(port: number, head: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
    socket.write(`${head}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  });
}

for (const { name, command } of servers(lab)) {
  if (!command) {
    test.skip(`${name} — its package is not installed`, () => {});
    continue;
  }
  describe(name, () => {
    test("refuses a host that is no name or address, as a fault of the caller", async () => {
      const port = await freePort();
      const host = await startHost({ command, env: { PORT: String(port) }, cwd: lab.folder() });
      const signIn = JSON.stringify({ email: "a@example.com", password: "correct horse" });
      const answers: string[] = [];
      for (const called of ["[::1", "a:b:c", "127.0.0.1:99999"]) {
        const lines = ["POST /api/auth/sign-in/email HTTP/1.1", `Host: ${called}`, "Origin: http://elsewhere.test"];
        answers.push(await send(port, `${lines.join("\r\n")}\r\nContent-Type: application/json\r\n`, signIn));
        answers.push(await send(port, `GET /setup HTTP/1.1\r\nHost: ${called}\r\n`, ""));
      }
      await host.stop();
      for (const answer of answers) expect(answer.split("\r\n")[0]).toContain(" 400 ");
      expect(host.logs()).not.toContain('"level":"error"');
    });
  });
}
