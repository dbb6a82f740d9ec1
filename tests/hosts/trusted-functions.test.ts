/** Functions that run without the sandbox, on servers of Bun and of Node, and what they leave when a server is killed. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { sandboxSuite } from "@plinth/conformance";
import { until } from "@plinth/core/testing";
import { nodeCommand } from "../../packages/adapters-processes/src/node-command.ts";
import { processRuntime } from "../../packages/adapters-processes/src/process-runtime.ts";
import { startHost } from "../matrix/host-process.ts";
import { openLab, SECRET } from "../matrix/lab.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: false });
beforeAll(() => build("node"));
afterAll(() => lab.close());

const ENDLESS = "export default async () => { console.log('begins'); await 1; for (;;); }";
const GROWS = "export default () => { const all = []; for (;;) all.push(new Uint8Array(1e6).fill(1)); }";
const WORKS = `export default async ({ db, request }) => {
  const { data } = await db.list("notes", {});
  return { said: (await request.json()).say, notes: data.length, outside: typeof process + typeof require };
};`;

for (const { name, command } of servers(lab).filter((one) => one.name !== "deno")) {
  if (!command) {
    test.skip(`${name} — its package is not installed`, () => {});
    continue;
  }
  test(`${name}: a trusted function works beside others that have no end, and none outlives its server`, async () => {
    const env = { PLINTH_SECRET: SECRET, TRUSTED_FUNCTIONS: "members", SECRET_OF_TEST: "hunter2" };
    const host = await startHost({ command, env, cwd: lab.folder() });
    const send = async (path: string, body: object, headers: Record<string, string>, method = "POST") => {
      const answer = await fetch(host.baseUrl + path, {
        method,
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      return { status: answer.status, json: (await answer.json()) as { token?: string; data?: unknown } };
    };
    const person = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };
    const setup = { "x-plinth-setup-token": await host.setupToken() };
    const { json } = await send("/api/operator/auth/sign-up/email", person, setup);
    const boss = { authorization: `Bearer ${json.token}` };
    await send("/api/collections", { slug: "notes", fields: [{ name: "n", type: "integer" }] }, boss);
    await send("/api/items/notes", { n: 1 }, boss);
    const permissions = { as: "system", actions: ["read"], collections: ["notes"] };
    const deploy = async (path: string, source: string, more: object = {}) =>
      expect(
        await send(
          `/api/deployments/${path}`,
          { source, runtime: "trusted", http: { auth: "public" }, ...more },
          boss,
          "PUT",
        ),
      ).toMatchObject({ status: 200, json: { data: { runtime: "trusted" } } });
    await deploy("works", WORKS, { permissions });
    await deploy("endless", ENDLESS, { limits: { cpu_ms: 200 } });
    await deploy("grows", GROWS, { limits: { memory_mb: 1, cpu_ms: 2000 } });
    const call = (path: string) => send(`/api/functions/${path}`, { say: "ä" }, {});
    const answers = await Promise.all(["endless", "grows", "works"].map(call));
    expect(answers.map(({ status }) => status)).toEqual([500, 500, 200]);
    expect(answers[2]!.json.data).toEqual({ said: "ä", notes: 1, outside: "undefinedundefined" });
    for (const [path, kind] of [
      ["endless", "cpu_time"],
      ["grows", "memory"],
    ]) {
      const runs = await fetch(`${host.baseUrl}/api/deployments/${path}/runs`, { headers: boss });
      expect(await runs.json()).toMatchObject({ data: [{ status: "failed", error: { kind } }] });
    }
    const children = childrenOf(host.pid);
    expect(children.length).toBeGreaterThan(0);
    for (const pid of children) expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain("hunter2");
    process.kill(host.pid, "SIGKILL");
    await host.exited;
    await until(() => children.every((pid) => !existsSync(`/proc/${pid}`)));
  });
}

/** They differ in the engine that computes, and end in the same way. */
const TRIED_ON_BUN = [
  ...["a loop that catches", "a loop in finally", "a list of holes", "a list of holes, with a function"],
  ...["a search in a long text", "long texts compared", "copies of a long text", "a pattern that tries all ways"],
  ...["powers of large numbers", "bytes encoded by the host", "a getter of the result", "a proxy as the result"],
  ...["a thenable", "a getter of an error", "promises that wait for each other"],
];

if (!lab.node) test.skip("processes of Node — its package is not installed", () => {});
else {
  describe("processes of Node", () => {
    const runtime = processRuntime({ command: (memoryBytes) => nodeCommand(memoryBytes, lab.node) });
    afterAll(() => runtime.close());
    const skips = {
      "what has no time left names its line": "who ends a process does not know where its program is",
      "a program ends at the same place in each run": "its limit is time of the processor",
      ...Object.fromEntries(TRIED_ON_BUN.map((name) => [`without an end: ${name}`, "ended by the clock, as on Bun"])),
    };
    test("what runs leave behind never counts against a later one", async () => {
      const source = "const large = new Array(20_000).fill({}); export default () => large.length";
      const limits = {
        wallMs: 60_000,
        cpuMs: 2000,
        memoryBytes: 1024 ** 2,
        valueBytes: 1000,
        logBytes: 0,
        callsInFlight: 0,
        calls: 0,
      };
      for (let n = 0; n < 150; n++) {
        const program = { source, fileName: "function.js", version: "leaves", context: {}, calls: {}, limits };
        expect(await runtime.run(program)).toMatchObject({ ok: true, value: 20_000 });
      }
      expect(runtime.processes).toBeLessThanOrEqual(2);
    });
    sandboxSuite({
      test,
      skips,
      open: async () => ({ run: (program) => runtime.run({ ...program, version: "suite" }) }),
    });
  });
}

function childrenOf(pid: number): number[] {
  const parent = (of: string) => /PPid:\s+(\d+)/.exec(statusOf(of))?.[1];
  return readdirSync("/proc")
    .filter((one) => /^\d+$/.test(one) && parent(one) === String(pid))
    .map(Number);
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
