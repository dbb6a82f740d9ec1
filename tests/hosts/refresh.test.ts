/** Refresh tokens of a real server process that is killed while people use them. */
import { afterAll, expect, test } from "bun:test";
import type { Tokens } from "../../packages/engine/src/identity/index.ts";
import { type HostProcess, startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import { servers } from "./hosts.ts";

const ROUNDS = 20;
const PEOPLE = 6;

const lab = await openLab({ postgres: false });
afterAll(() => lab.close());

async function post(host: HostProcess, path: string, body: object, headers: Record<string, string> = {}) {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
  return fetch(host.baseUrl + path, { ...init, body: JSON.stringify(body) });
}

test("a process that is killed while tokens are refreshed loses none of them for good", async () => {
  const [bun] = servers(lab);
  const cwd = lab.folder();
  const start = () => startHost({ command: bun!.command!, env: { PLINTH_SECRET: "s".repeat(40) }, cwd });
  let host = await start();
  const held: string[] = [];
  const person = (email: string) => ({ name: "Ada", email, password: "correct horse battery" });
  const setup = { "x-plinth-setup-token": host.setupToken ?? "" };
  await post(host, "/api/auth/sign-up/email", person("operator@example.com"), setup);
  for (let i = 0; i < PEOPLE; i++) {
    const account = { ...person(`ada-${i}@example.com`), tokens: true };
    const answer = await post(host, "/api/auth/sign-up/email", account);
    held.push(((await answer.json()) as { tokens: Tokens }).tokens.refresh_token);
  }
  let killed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    // The kill comes after some answers, while the next requests are under way.
    let left = 1 + Math.floor(Math.random() * 3 * PEOPLE);
    const refusals: number[] = [];
    const people = held.map(async (_, i) => {
      for (;;) {
        const answer = await post(host, "/api/auth/token/refresh", { refresh_token: held[i]! }).catch(() => undefined);
        // The connection ends with the process; then nobody was told anything.
        const tokens = await answer?.json().catch(() => undefined);
        if (!answer || !tokens) return;
        if (!answer.ok) return refusals.push(answer.status);
        held[i] = (tokens as { data: Tokens }).data.refresh_token;
        if (--left === 0) process.kill(host.pid, "SIGKILL");
      }
    });
    await Promise.all(people);
    await host.exited;
    expect(refusals, `round ${round}`).toEqual([]);
    killed++;
    host = await start();
  }
  expect(killed).toBe(ROUNDS);
  for (const token of held) {
    const answer = await post(host, "/api/auth/token/refresh", { refresh_token: token });
    expect(answer.status).toBe(200);
    const { data } = (await answer.json()) as { data: Tokens };
    const me = await fetch(`${host.baseUrl}/api/me`, { headers: { authorization: `Bearer ${data.access_token}` } });
    expect(me.status).toBe(200);
  }
  await host.stop();
}, 120_000);
